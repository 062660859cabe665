"""A PostgreSQL cluster that faults happen to."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import time

from stack import postgres, processes
from stack.machine import TOP

USERS = 10_000
PASSWORD = "right"

# `applied` gets a row each time a write is applied, and nothing in it is unique: what is applied twice is in it twice.
TABLES = f"""
    INSERT INTO users (email, name)
      SELECT 'user' || n || '@example.com', 'User ' || n FROM generate_series(1, {USERS}) n;
    CREATE TABLE applied (tag varchar NOT NULL);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO applied VALUES (NEW.name); RETURN NULL; END';
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();"""


class Cluster(postgres.Cluster):
    """A server with role roster and its database; with `copy_of`, a standby of another one."""

    def __init__(self, stack, name="postgres", settings=None, copy_of=None, network=None):
        settings = {"max_connections": 100, "fsync": "on", "restart_after_crash": "on", **(settings or {})}
        super().__init__(stack, name, settings, copy_of, network)
        self.at_end = stack.exits.callback
        self.start()

    def prepare(self):
        """The program's table with users in it, and the account of what is applied."""
        self.sql(f"CREATE ROLE roster LOGIN PASSWORD '{PASSWORD}'", "postgres")
        self.sql("CREATE DATABASE roster OWNER roster", "postgres")
        self.psql("roster", "-c", "SET ROLE roster", "-f", TOP / "schema.sql", "-c", TABLES)

    def url(self, password=PASSWORD):
        return super().url(user=f"roster:{password}")

    # --- Questions and orders

    def backends(self):
        """The processes that serve Roster."""
        found = self.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'roster' AND datname = 'roster'",
                         "postgres")
        return [int(line) for line in found.splitlines()]

    def waiters(self):
        """How many of Roster's statements wait for a lock."""
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'roster'"
                            " AND wait_event_type = 'Lock'", "postgres"))

    def end_transactions(self):
        """Ends those who hold a lock and do nothing."""
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'",
                 "postgres")

    # --- What can happen to it

    def restart(self, how, away=0.0):
        """Returns when it had stopped, and when it answered again."""
        self.stop(how)
        stopped = time.monotonic()
        time.sleep(away)
        self.start()
        return stopped, time.monotonic()

    def stopped(self):
        """A block in which none of its processes runs."""
        return stopped(processes.trees([self.service.process])[0])

    @contextlib.contextmanager
    def without_socket(self):
        """Nobody can connect while the block runs."""
        path = self.home / ".s.PGSQL.5432"
        hidden = path.with_name("hidden")
        path.rename(hidden)
        try:
            yield
        finally:
            hidden.rename(path)

    @contextlib.contextmanager
    def session(self, statement):
        """A transaction in which a statement was executed; it is rolled back when the block ends."""
        child = subprocess.Popen(self.psql_command("roster", "-At"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)
        try:
            child.stdin.write(f"BEGIN;\n{statement};\n\\echo done\n")
            child.stdin.flush()
            while child.stdout.readline().strip() != "done":
                if child.poll() is not None:
                    raise RuntimeError(f"PostgreSQL refuses {statement}")
            yield
        finally:
            child.stdin.close()
            child.wait()

    def hog(self):
        """A connection that does nothing; None where there is no room for it."""
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(self.home / ".s.PGSQL.5432"))
        words = b"user\0roster\0database\0postgres\0\0"
        client.sendall(struct.pack("!ii", 8 + len(words), 3 << 16) + words)
        if is_ready(client):
            return client
        client.close()
        return None


def is_ready(client):
    """Whether the server lets a client in. It says that the login is right before it says that there is no room."""
    stream = client.makefile("rb")
    while header := stream.read(5):
        kind, length = struct.unpack("!ci", header)
        stream.read(length - 4)
        if kind in b"ZE":  # ReadyForQuery, ErrorResponse
            return kind == b"Z"
    return False


def send(process, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


@contextlib.contextmanager
def stopped(victims):
    """The kernel stops these processes; they go on when the block ends."""
    for process in victims:
        send(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in victims:
            send(process, signal.SIGCONT)
