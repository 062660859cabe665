"""Roster behind nginx with its shipped configuration, on a cluster."""

import contextlib
import http.client
import pathlib
import shutil
import subprocess

from stack import processes, roster
from stack.machine import TOP, free_port, temporary_folder
from stack.nginx import Nginx
from stack.service import Stack, until

from faults.cluster import Cluster

POOL = 8  # connections of each worker

SITE = """
    # 499 is nginx's status for a client that went away before its answer.
    log_format status "$status";
    access_log {folder}/status.log status buffer=64k flush=1s;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    upstream roster {{ server unix:{folder}/roster.sock; include roster/upstream.conf; }}
    server {{ listen 127.0.0.1:{port}; root {folder}; include roster/server.conf; }}
"""


class Service:
    """Everything that is running for one row of the table."""

    def __init__(self, stack, cluster, url=None, workers=2, environment=None, arguments=(), network=None):
        self.stack, self.folder, self.cluster, self.workers = stack, stack.folder, cluster, workers
        self.program = roster.copied(stack.folder)
        self.settings = stack.folder / "roster.env"
        self.configure(POOL)
        socket = stack.folder / "roster.sock"
        self.roster = stack.start(
            "roster", roster.serve(self.program, socket, "--workers", workers, "--env-file", self.settings, *arguments),
            socket=socket, environment={"DATABASE_URL": url or cluster.url(), **(environment or {})},
            network=network)
        self.port = free_port()
        self.nginx = Nginx(stack, SITE.format(folder=self.folder, port=self.port), connections=16384,
                           ready=lambda: self.status("/users/1") in (200, 503)).service

    def configure(self, pool):
        """Writes its settings, which a reload reads again: the connections of each worker."""
        self.pool = pool
        self.settings.write_text(f"ROSTER_POOL_SIZE={pool}\n")
        self.settings.chmod(0o644)  # whatever the umask: a file that others may write is refused

    def status(self, path, fields=None):
        """Of one request; None without an answer."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(client), contextlib.suppress(OSError, http.client.HTTPException):
            client.request("GET", path, headers=fields or {})
            return client.getresponse().status
        return None

    def reload(self):
        """`roster reload --wait`: its status and what it says."""
        command = [self.program, "reload", "--wait", "--pid", str(self.roster.process)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

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
    with temporary_folder("faults") as folder:
        try:
            yield folder
        finally:
            logs = TOP / ".build/faults" / name
            shutil.rmtree(logs, ignore_errors=True)
            logs.mkdir(parents=True)
            for log in folder.glob("*.log"):
                shutil.copy(log, logs)
