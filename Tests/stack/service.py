"""Processes that live as long as a block. When this process is killed, the kernel tells them to end."""

import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

from stack.machine import accepts, as_user, private

# What is sent to end a process, and for how many seconds it is waited for before the next.
POLITE = ((signal.SIGTERM, 30), (signal.SIGKILL, 5))
FORCE = ((signal.SIGKILL, 5),)

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
CLONE_NEWNET = 0x40000000


class NotReady(RuntimeError):
    """A service ended, or took too long, before it was ready; the end of what it said."""


class Stack:
    """Starts services in a folder, and ends them in the opposite order."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.exits = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        return self.exits.__exit__(*reason)

    def start(self, name, arguments, **options):
        """Returns when it is ready; `options` are Service's."""
        service = Service(self.folder / f"{name}.log", arguments, **options)
        self.exits.callback(service.end)
        service.start()
        return service


class Service:
    """A process that can be started again. It is ready when it listens on `socket`, or when `ready` says so; `options`
    are those of `launch`."""

    def __init__(self, log, arguments, socket=None, ready=None, ending=POLITE, seconds=60, **options):
        self.log, self.arguments, self.socket = log, arguments, socket
        self.ready = ready or (lambda: accepts(socket))
        self.ending, self.seconds, self.options = ending, seconds, options
        self.child = None

    @property
    def process(self):
        return self.child.pid

    def start(self):
        if self.socket:
            self.socket.unlink(missing_ok=True)  # of a process that could not clear up
        self.child = launch(self.log, self.arguments, **self.options)
        wait_until(self.ready, self.child, self.log, self.seconds)

    def end(self):
        if self.child:
            end(self.child, self.ending)

    def restart(self):
        """Without regard for what it is doing."""
        end(self.child, FORCE)
        self.start()


def launch(log, arguments, user=None, environment=None, inherited=None, orphaned=signal.SIGTERM, umask=0,
           network=None, folder=None):
    """A child in a session of its own, out of reach of the terminal's Ctrl-C: its end is ours to order. The kernel
    sends it `orphaned` when the thread that called this has ended.

    It runs as `user`, in the network namespace of the open file `network`, with `environment` besides what is
    `inherited`; it works in `folder`. Umask 0 is for sockets, which nginx's workers have to open, whoever they are."""
    with open(log, "ab", opener=private) as output:
        return subprocess.Popen(
            list(map(str, arguments)), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            cwd=folder, umask=umask, preexec_fn=prepared(user, orphaned, network),
            env=(inherited or cleaned()) | (environment or {}))


def cleaned():
    """The environment without what somebody has set for other databases, or for another Roster."""
    foreign = "PG", "ROSTER", "DATABASE_URL"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}  # Debian's nginx is not in a user's PATH


def prepared(user, orphaned, network=None):
    """What the child does before it becomes the program. The order matters: the kernel forgets the signal with a change
    of user, and only root may enter a network."""
    parent, identity = os.getpid(), as_user(user) if user else {}

    def prepare():
        if network is not None and LIBC.setns(network, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        if identity:
            os.setgroups(identity["extra_groups"])
            os.setgid(identity["group"])
            os.setuid(identity["user"])
        LIBC.prctl(PR_SET_PDEATHSIG, int(orphaned), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel knew
            os._exit(1)

    return prepare


def end(child, ending=POLITE, is_urgent=lambda: False):
    """Signal after signal, without waiting where it is urgent; then by force what it has left in its session."""
    for number, seconds in ending:
        if child.poll() is not None:
            break
        child.send_signal(number)
        until(lambda: child.poll() is not None or is_urgent(), seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def wait_until(ready, child, log, seconds=60):
    until(lambda: ready() or child.poll() is not None, seconds)
    if child.poll() is not None or not ready():
        said = pathlib.Path(log).read_text(errors="replace")[-4000:]
        raise NotReady(f"{child.args[0]} does not start:\n{said}")


def wait_for(condition, seconds=20):
    """For what a look costs something: a process, a request."""
    if until(condition, seconds, pause=0.05) is None:
        raise TimeoutError(f"what was waited for did not happen within {seconds} s")


def until(condition, seconds, pause=0.005):
    """How many seconds it took until the condition held; None if it did not within so many."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(pause)
    return time.monotonic() - began
