"""The folder of everything that `make run` writes."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess

from stack.machine import DATABASE_USER, ME, WEB_USER, as_user, private
from stack.service import until
from stack.speech import Refused, say


class Home:
    """Ours alone while this program runs, which works in it from now on."""

    def __init__(self, given):
        self.given = pathlib.Path.cwd() / given
        self.path = self.given.resolve()
        if self.path == pathlib.Path("/"):
            raise Refused(f"STATE_DIR={given}: choose a folder of its own.")
        if "," in str(self.path):
            raise Refused(f"STATE_DIR={given}: there must be no comma in its path, {self.path}.",
                          "PostgreSQL's clients take it for a list of hosts.")
        above = next(folder for folder in self.path.parents if folder.exists())
        if not is_reachable(above):
            self.move_out_of_closed_folder()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"STATE_DIR={given} cannot be made: {error.strerror}.") from error
        if self.path.stat().st_uid != os.geteuid() or not os.access(self.path, os.W_OK):
            raise Refused(f"{self.path} belongs to user {owner(self.path)}, and you are {ME}.",
                          "Run as that user, or choose another folder: STATE_DIR=...")
        if not is_reachable(self.path):
            self.path.chmod(self.path.stat().st_mode | 0o11)
        socket = os.fsencode(self.path / "postgres/.s.PGSQL.5432")
        if len(socket) > 107:
            raise Refused(f"the socket {os.fsdecode(socket)} would have a name of {len(socket)} bytes;"
                          " Linux allows 107.", "Choose a shorter folder: STATE_DIR=/tmp/roster")
        self.lock()
        os.chdir(self.path)  # the services start here; nginx's configuration has relative names
        for name in "run", "log", "nginx", "tls", "postgres", "roster":
            os.makedirs(name, exist_ok=True)
        for name in "log", "nginx", "tls":
            os.chmod(name, 0o700)
        for name in "run", "postgres":
            os.chmod(name, 0o711)  # in which nginx's workers have their files, and clients the socket
        if WEB_USER != ME:  # root makes no socket where the clone's owner could exchange it
            shutil.chown("roster", WEB_USER, as_user(WEB_USER)["group"])

    def move_out_of_closed_folder(self):
        """A clone in /root, say, is closed to other users. Then the state lives in /var/lib, and STATE_DIR leads
        there."""
        if self.given.is_symlink():
            self.given.unlink()
        elif self.given.is_dir():
            try:
                self.given.rmdir()
            except OSError as error:
                raise Refused(f"{self.given} is in a folder that user {WEB_USER} cannot enter, and it is not empty.",
                              "Remove it, or choose another folder: STATE_DIR=/var/lib/roster-run") from error
        self.path = pathlib.Path("/var/lib/roster-run", hashlib.sha256(os.fsencode(self.path)).hexdigest()[:8])
        for folder in self.path, self.given.parent:
            subprocess.run(["mkdir", "-p", "--", folder], check=True, umask=0o022)
        self.given.symlink_to(self.path)
        say("note", f"{WEB_USER} cannot enter {self.given.parent}: {self.given} is now a link to {self.path}")

    def lock(self):
        """Held as long as this program lives. Whoever can open a file can lock it: nobody else can open this one."""
        self.held = open(self.path / "lock", "a+", opener=private)
        os.fchmod(self.held.fileno(), 0o600)
        try:
            fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.held.seek(0)
            raise Refused(f"another `make run` (pid {self.held.read().strip()}) is using {self.path}.",
                          "Stop it first, or give this one a folder and ports of its own:"
                          " make run STATE_DIR=... PORT=... TLS_PORT=...") from error
        self.held.truncate(0)
        print(os.getpid(), file=self.held, flush=True)

    # --- What an earlier run left when it was killed itself, and what outlives its parent

    def end_leftovers(self):
        """The kernel has told the services of such a run to end; they may need a moment."""
        for record in sorted(pathlib.Path("run").glob("*.pid")):
            name, group = record.stem, int((record.read_text().split() or [0])[0])
            if any(self.processes(name, group)):
                say("note", f"an earlier run ended without stopping {name} (pid {group}): stopping it now")
                until(lambda: not any(self.processes(name, group)), 15)
            self.end_stragglers(name, group)
            if name == "postgres":
                # The numbers in these files may belong to somebody else by now, which PostgreSQL would respect.
                for file in "data/postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock":
                    pathlib.Path("postgres", file).unlink(missing_ok=True)

    def end_stragglers(self, name, group):
        for process in self.processes(name, group):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        pathlib.Path("run", f"{name}.pid").unlink(missing_ok=True)

    def processes(self, name, group):
        """Those of a service. They have its group, whose number is not given out again while they live, and this folder
        as their working folder; PostgreSQL's have the cluster's, and groups of their own."""
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                folder, number = process.joinpath("cwd").resolve(strict=True), int(process.name)
                if name == "postgres" and folder == self.path / "postgres/data" or (
                        folder == self.path and os.getpgid(number) == group):
                    yield number


def is_reachable(path):
    """Whether the users that we give our privileges up for get to this path at all."""
    return all(subprocess.run(["test", "-x", path], check=False, **as_user(user)).returncode == 0
               for user in (DATABASE_USER, WEB_USER))


def owner(path):
    try:
        return pwd.getpwuid(os.stat(path).st_uid).pw_name
    except KeyError:
        return "UNKNOWN"
