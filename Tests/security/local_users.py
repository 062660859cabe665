"""What other users of the machine can do to a start by root: redirect it, hold it up, read what it writes."""

import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import time

from processes import running
from stack.machine import accepts

STARTS = 10
# Of `make run`: its pages, nginx's configuration, the program, the numbers of its processes.
READABLE = {"docs", "nginx", "bin", "run"}
# As the service's user, in its own directory: a link to a file of root's and the socket change places, fast.
SWAP = """
import ctypes, os, sys
folder, victim = sys.argv[1:]
os.symlink(victim, folder + "/link")
swap = ctypes.CDLL(None).renameat2
link, socket = (os.path.join(folder, name).encode() for name in ("link", "roster.sock"))
while True:
    swap(-100, link, -100, socket, 2)
"""
# Holds every lock that it may take.
LOCK = """
import fcntl, os, sys, time
held = []
for path in sys.argv[1:]:
    try:
        held.append(os.open(path, os.O_RDONLY))
        fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(held[-1], fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        pass
print(len(held), flush=True)
time.sleep(600)
"""


def as_user(name, *command):
    user = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--", *map(str, command)]


@contextlib.contextmanager
def doing(name, program, *arguments):
    """A program of another user's, until the end of the block."""
    command = as_user(name, "/usr/bin/python3", "-c", program, *arguments)
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def only_root(part):
    """The others' rights can be tried by root only."""
    def check(stack):
        if os.geteuid() == 0:
            yield from part(stack)
        else:
            print(f"        {part.__name__}: only root can try this", flush=True)
    return check


def folder_of(path, user, mode=0o755):
    path.mkdir()
    path.chmod(mode)
    shutil.chown(path, user, user)
    return path


# --- Sockets


@only_root
def check_links(stack):
    """Root gives no file of its own away, whatever the service's user does to the socket's place."""
    folder = folder_of(stack.folder / "links", "www-data")
    victim = stack.folder / "links-victim"
    victim.write_text("secret", encoding="utf-8")
    victim.chmod(0o600)
    with doing("www-data", SWAP, folder, victim):
        for number in range(STARTS):
            start_once(stack, folder / "roster.sock")
            status = victim.stat()
            if (status.st_uid, status.st_gid, status.st_mode & 0o777) != (0, 0, 0o600):
                yield f"start {number + 1}: a file of root's is now of user {status.st_uid}, mode {status.st_mode:o}"
                return


def start_once(stack, socket):
    """Until it listens or has ended, and no longer than 5 s."""
    environment = os.environ | {"DATABASE_URL": "host=/nonexistent user=nobody"}
    service = subprocess.Popen(serve(stack, socket), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment)
    end = time.monotonic() + 5
    while service.poll() is None and time.monotonic() < end and not accepts(socket):
        time.sleep(0.01)
    service.kill()
    service.wait()


def serve(stack, socket, *options):
    return [stack.roster, "serve", "--listen", f"unix:{socket}", "--user", "www-data", *options]


@only_root
def check_locks(stack):
    """Somebody holds every lock that he can: the service starts all the same."""
    folder = folder_of(stack.folder / "locks", "root")
    socket, log = folder / "roster.sock", stack.folder / "locks.log"
    environment = {"DATABASE_URL": "host=/nonexistent user=nobody"}
    with running(serve(stack, socket), log, lambda: accepts(socket), environment=environment):
        files = [folder, *folder.iterdir()]
    places = {*files, *folder.iterdir(), *(stack.folder / "state").rglob("*")}
    places = [path for path in places if not path.is_symlink()]
    with doing("nobody", LOCK, folder, stack.folder / "state", *places) as holder:
        held = int(holder.stdout.readline())
        began = time.monotonic()
        with running(serve(stack, socket), log, lambda: accepts(socket), environment=environment):
            if time.monotonic() - began > 5:
                yield f"with {held} locks held, a start takes {time.monotonic() - began:.1f} s"


# --- What `make run` writes


@only_root
def check_privacy(stack):
    """Of what `make run` writes, others can read the pages and the like, no keys, users' data or passwords."""
    state = stack.folder / "state"
    command = as_user("nobody", "find", state, "-type", "f", "-readable")
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    for path in map(pathlib.Path, found.stdout.splitlines()):
        name = path.relative_to(state)
        if name.parts[0] not in READABLE and str(name) != "tls/localhost.crt":
            yield f"everybody may read {name}"
    for name in ("log/roster.log", "tls/localhost.key", "postgres/data/PG_VERSION"):
        if not (state / name).exists():
            yield f"there is no {name}, so this tries nothing"

