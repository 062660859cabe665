"""Roster behind nginx with its shipped configuration, on a cluster."""

import contextlib
import http.client
import os
import pathlib
import shutil
import time

from bench import processes
from bench.stack import ROOT, TOP, WEB_USER, Stack, free_port, temporary_folder

from faults.cluster import Cluster

PROGRAM = os.environ.get("ROSTER", TOP / ".build/release/roster")
POOL = 8  # connections of each worker

NGINX = """
daemon off;
{user}
pid nginx.pid;
error_log stderr error;
worker_processes auto;
worker_rlimit_nofile 16384;
events {{ worker_connections 16384; }}
http {{
    # 499 is nginx's status for a client that went away before its answer.
    log_format status "$status";
    access_log {folder}/status.log status buffer=64k flush=1s;
    client_body_temp_path body; fastcgi_temp_path fastcgi;
    proxy_temp_path proxy; scgi_temp_path scgi; uwsgi_temp_path uwsgi;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    upstream roster {{ server unix:{folder}/roster.sock; include roster/upstream.conf; }}
    server {{ listen 127.0.0.1:{port}; root {folder}; include roster/server.conf; }}
}}
"""


class Service:
    """Everything that is running for one row of the table."""

    def __init__(self, stack, cluster, url=None, workers=2, environment=None, arguments=()):
        self.stack, self.folder, self.cluster, self.workers = stack, stack.folder, cluster, workers
        self.program = stack.folder / "roster"
        shutil.copy(PROGRAM, self.program)  # nginx's user may be unable to enter the clone
        self.settings = stack.folder / "roster.env"
        self.configure(POOL)
        user = ["--user", WEB_USER, "--socket-mode", "0660"] if ROOT else []
        socket = stack.folder / "roster.sock"
        self.roster = stack.start(
            "roster", [self.program, "serve", "--listen", f"unix:{socket}", "--workers", workers,
                       "--env-file", self.settings, *user, *arguments],
            socket, environment={"DATABASE_URL": url or cluster.url, **(environment or {})})
        self.port = free_port()
        self.start_nginx()

    def configure(self, pool):
        """Writes its settings, which a reload reads again: the connections of each worker."""
        self.pool = pool
        self.settings.write_text(f"ROSTER_POOL_SIZE={pool}\n")
        self.settings.chmod(0o644)  # whatever the umask: a file that others may write is refused

    def start_nginx(self):
        home = self.folder / "nginx"
        home.mkdir()
        shutil.copytree(TOP / "nginx/roster", home / "roster")
        (home / "nginx.conf").write_text(NGINX.format(
            user=f"user {WEB_USER};" if ROOT else "", folder=self.folder, port=self.port))
        self.nginx = self.stack.start("nginx-process", ["nginx", "-p", home, "-c", home / "nginx.conf", "-e", "stderr"],
                                      ready=lambda: self.status("/users/1") in (200, 503))

    def status(self, path):
        """Of one request; None without an answer."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(client), contextlib.suppress(OSError, http.client.HTTPException):
            client.request("GET", path)
            return client.getresponse().status
        return None

    # --- What its processes have

    def responders(self):
        return processes.trees([self.roster.process])[0][1:]

    def resident(self):
        """Bytes of the largest responder."""
        return max((processes.memory(process, "VmRSS") for process in self.responders()), default=0)

    def descriptors(self):
        """Of the responder that has most."""
        return max((len(list(open_files(process))) for process in self.responders()), default=0)

    def is_complete(self):
        """Whether every worker is there and has all its connections to PostgreSQL."""
        return len(self.responders()) == self.workers and len(self.cluster.backends()) == self.workers * self.pool

    def log_lines(self, word):
        log = (self.folder / "roster.log").read_text(errors="replace")
        return [line for line in log.splitlines() if word in line]

    def statuses(self, status):
        """How many requests nginx has ended with this status."""
        return (self.folder / "status.log").read_text().split().count(str(status))


    def at_rest(self):
        """Descriptors of each worker while nobody is connected to it, once they have come to rest."""
        self.nginx.end()
        try:
            until(lambda: self.is_complete() and self.descriptors() <= self.pool + 8, 5)
            return sorted(len(list(open_files(process))) for process in self.responders())
        finally:
            self.nginx.start()


def open_files(process):
    with contextlib.suppress(OSError):
        yield from pathlib.Path(f"/proc/{process}/fd").iterdir()


def until(condition, seconds):
    """How long it took until the condition held; None if it did not."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(0.005)
    return time.monotonic() - began


@contextlib.contextmanager
def serving(name, settings=None, before=None, **options):
    """A cluster, to which `before` is done, Roster and nginx; their logs are kept in .build/faults."""
    with folder_of(name) as folder, Stack(folder) as stack:
        cluster = Cluster(stack, settings=settings)
        cluster.prepare()
        if before:
            before(cluster)
        service = Service(stack, cluster, **options)
        if until(service.is_complete, 30) is None:
            raise RuntimeError("Roster does not open all its connections")
        yield service


@contextlib.contextmanager
def folder_of(name):
    """The temporary folder of a row, whose logs outlive it."""
    with temporary_folder() as folder:
        try:
            yield folder
        finally:
            logs = TOP / ".build/faults" / name
            shutil.rmtree(logs, ignore_errors=True)
            logs.mkdir(parents=True)
            for log in folder.glob("*.log"):
                shutil.copy(log, logs)
