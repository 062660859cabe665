"""A PostgreSQL cluster in a folder, for one user of the machine or several."""

import pathlib
import signal
import subprocess
import sys

from stack.machine import DATABASE_USER, as_user, own_folder

# How it is ended: everybody is disconnected, or everything is dropped, as in a crash.
FAST = ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
IMMEDIATE = ((signal.SIGQUIT, 30), (signal.SIGKILL, 5))


def programs(version="*"):
    """The folder with the programs of this version, or of the newest that is installed; None where there is none."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"{version}/bin/postgres"),
                   key=lambda path: [int(part) for part in path.parts[-3].split(".")])
    return found[-1].parent if found else None


def program(name):
    folder = programs() or sys.exit("PostgreSQL is not installed: `make packages` installs it.")
    return folder / name


class Cluster:
    """Everybody who gets to its Unix socket may be anybody; no address is listened on unless `settings` say so. With
    `copy_of` it is a standby of another one. It runs after `start`, until the stack ends."""

    def __init__(self, stack, name="postgres", settings=None, copy_of=None, network=None):
        self.stack, self.name, self.network = stack, name, network
        self.home = own_folder(stack.folder / name)
        self.data = self.home / "data"
        self.log = stack.folder / f"{name}.log"
        self.service = None
        settings = {"listen_addresses": "", **(settings or {})}
        self.port = settings.get("port", 5432)
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.command = [program("postgres"), "-D", self.data, "-k", self.home, *options]
        if copy_of:
            self.run(program("pg_basebackup"), "-D", self.data, "-R", "-h", copy_of.home, "-U", "postgres",
                     "-c", "fast")
        else:
            self.run(program("initdb"), "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8")

    def run(self, *arguments):
        """A program as its user; what it prints."""
        return subprocess.run(list(map(str, arguments)), check=True, stdout=subprocess.PIPE, text=True,
                              cwd="/", **as_user(DATABASE_USER)).stdout

    def start(self):
        """Returns when it answers."""
        if self.service:
            self.service.start()
        else:
            self.service = self.stack.start(self.name, self.command, ready=self.is_up, user=DATABASE_USER, ending=FAST,
                                            orphaned=signal.SIGQUIT, network=self.network)

    def stop(self, how=FAST):
        self.service.ending = how
        self.service.end()

    def url(self, database="roster", user="roster", scheme="postgresql"):
        port = "" if self.port == 5432 else f"&port={self.port}"
        return f"{scheme}://{user}@/{database}?host={self.home}{port}"

    # --- Questions and orders

    def is_up(self):
        return self.psql("postgres", "-c", "SELECT 1", check=False).returncode == 0

    def sql(self, statement, database="roster"):
        """Executes a statement as superuser, outside of a transaction; what it prints."""
        return self.psql(database, "-Atc", statement).stdout.strip()

    def psql(self, database, *arguments, check=True):
        done = subprocess.run(self.psql_command(database, *arguments), capture_output=True, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(f"PostgreSQL: {done.stderr}")
        return done

    def psql_command(self, database, *arguments):
        return list(map(str, [program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-p", self.port,
                              "-U", "postgres", "-d", database, *arguments]))
