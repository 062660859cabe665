"""What nginx/run starts, the site before it, and further services beside it."""

import contextlib
import itertools
import os
import pathlib
import subprocess
from dataclasses import dataclass

from processes import SECONDS, running
from production import Site
from stack import whole
from stack.machine import TOP, accepts, temporary_folder
from stack.roster import PROGRAM


@dataclass
class Service:
    process: subprocess.Popen
    socket: pathlib.Path
    log: pathlib.Path

    def lines(self):
        return self.log.read_bytes().decode("utf-8", "replace").split("\n")


class Stack:
    """What nginx/run has started: the service, its database and its pages. Each part puts a site of its own before it."""

    def __init__(self, folder, port):
        self.folder, self.base = folder, f"http://127.0.0.1:{port}"
        self.roster = PROGRAM
        self.numbers = itertools.count(1)

    def site(self, socket=None, home=None):
        """`home`: where it has its certificate, the pages and its own folder."""
        state = home or self.folder / "state"
        return Site((home or self.folder) / f"site{next(self.numbers)}", socket or state / "roster/roster.sock", state)

    @contextlib.contextmanager
    def service(self, name, *options, url=None, before=(), **environment):
        """Another service, with a socket and a log of its own; as the web server's user where root starts it."""
        address, log = self.folder / f"{name}.sock", self.folder / f"{name}.log"
        user = ["--user", "www-data"] if os.geteuid() == 0 else []
        command = [*before, self.roster, "serve", "--listen", f"unix:{address}", "--socket-mode", "0666", *user, *options]
        environment = {"DATABASE_URL": url or self.url} | environment
        with running(command, log, lambda: accepts(address), environment=environment) as process:
            yield Service(process, address, log)

    @property
    def url(self):
        return f"postgresql://roster@/roster?host={self.folder}/state/postgres"

    def schema(self, name):
        """The address of a schema with a table of its own."""
        self.sql(f"CREATE SCHEMA {name}", f"SET search_path = {name}", (TOP / "schema.sql").read_text(encoding="utf-8"))
        return f"{self.url}&options=-csearch_path%3D{name}"

    def sql(self, *statements):
        """As the role of the service."""
        words = [word for statement in statements for word in ("-c", statement)]
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.folder / "state/postgres", "-U", "roster", "-d", "roster",
                        *words], check=True, stdin=subprocess.DEVNULL, env=os.environ | {"PGOPTIONS": "-c statement_timeout=0"})


@contextlib.contextmanager
def started():
    with temporary_folder("security") as folder, whole.running(folder, seconds=SECONDS, WORKERS=2) as (port, _):
        yield Stack(folder, port)
