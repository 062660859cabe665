"""PostgreSQL: a cluster of its own with users in it, the same before every measurement."""

import pathlib
import re
import shutil
import signal
import subprocess
import sys

from bench import huge_pages, processes
from bench.settings import USERS
from bench.stack import DATABASE_USER, ROOT, TOP, as_user

SETTINGS = {
    "listen_addresses": "",
    "max_connections": 800,
    "shared_buffers": "2GB",  # all tables fit, the one of ten million rows included
    # What is written in the background is written between the measurements.
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "16GB",
    # Debian's and PostgreSQL's defaults, named because they matter.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}

BUSY = re.compile(r"\[local\] (?!idle)")

# One second and a microsecond apart: fractions of every length, and none in each millionth row.
FILL = """
    INSERT INTO users (email, name, created_at)
    SELECT 'user' || n || '@example.com', 'User ' || n, timestamptz '2026-01-01Z' + n * interval '1.000001 s'
    FROM generate_series(1, {users}) n"""


def programs():
    """The newest version that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return found[-1] if found else sys.exit("PostgreSQL is not installed: `make packages` installs it.")


class Database:
    def __init__(self, stack):
        self.home = stack.folder / "postgres"
        self.home.mkdir()
        if ROOT:
            shutil.chown(self.home, DATABASE_USER)
        subprocess.run(
            [*as_user(DATABASE_USER), programs() / "initdb", "-D", self.home / "data", "-U", "postgres", "-A", "trust",
             "-E", "UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = [*as_user(DATABASE_USER), programs() / "postgres", "-D", self.home / "data", *settings]
        stack.exits.enter_context(huge_pages.reserved(self.huge_page_count(server)))
        self.service = stack.start("postgres", [*server, "-k", self.home], ready=lambda: self.runs("SELECT 1"),
                                   stop=signal.SIGINT)
        self.sql("CREATE ROLE roster LOGIN", "postgres")
        self.touched = False  # whether requests may have written since the last `restore`

    @staticmethod
    def huge_page_count(server):
        """How many of them its shared memory takes; 0 where it does not say so, before PostgreSQL 15."""
        told = subprocess.run([*server, "-C", "shared_memory_size_in_huge_pages"], capture_output=True, text=True).stdout
        return int(told) if told.strip().isdecimal() else 0

    @property
    def pages(self):
        """What its shared memory is made of."""
        return "huge pages" if huge_pages.is_used(self.service.process) else "small pages"

    def url(self, name="bench", scheme="postgresql"):
        return f"{scheme}://roster@/{name}?host={self.home}"

    def runs(self, statement):
        return self.psql("postgres", "-c", statement, check=False).returncode == 0

    def sql(self, statement, name="bench"):
        """Executes a statement, outside of a transaction; what it prints."""
        return self.psql(name, "-Atc", statement).stdout.strip()

    def psql(self, name, *arguments, check=True):
        done = subprocess.run(
            [programs() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-U", "postgres", "-d", name,
             *arguments], capture_output=True, text=True)
        if check and done.returncode != 0:
            sys.exit(f"PostgreSQL: {done.stderr}")
        return done

    def fill(self, users=USERS, name="bench"):
        """A database with the program's own table. The indexes come last: that is faster, and leaves them dense."""
        self.sql(f"CREATE DATABASE {name} OWNER roster", "postgres")
        self.sql("ALTER SCHEMA public OWNER TO roster", name)
        schema = TOP / "schema.sql"
        as_roster = ("-c", "SET ROLE roster")
        self.psql(name, *as_roster, "-f", schema)
        self.psql(name, *as_roster, "-c", "ALTER TABLE users DROP CONSTRAINT users_pkey", "-c", "DROP INDEX ix_users_email",
                  "-c", FILL.format(users=users), "-c", "ALTER TABLE users ADD PRIMARY KEY (id)", "-f", schema)
        self.sql("VACUUM (ANALYZE) users", name)
        self.sql("CREATE EXTENSION pg_prewarm", name)
        self.sql("SELECT pg_prewarm(oid) FROM pg_class WHERE relname IN ('users', 'users_pkey', 'ix_users_email')", name)
        self.sql("CHECKPOINT", name)

    def restore(self):
        """Takes away what requests left: new rows, dead ones, pages that are not on the disk."""
        if not self.touched:
            return
        self.sql(f"DELETE FROM users WHERE id > {USERS}")
        self.sql("VACUUM (INDEX_CLEANUP ON) users")
        self.sql("CHECKPOINT")
        self.touched = False

    def is_idle(self):
        """Whether no client waits for an answer. PostgreSQL's processes say so in their titles, which costs it nothing."""
        return not any(BUSY.search(title) for title in processes.titles(self.service.process))
