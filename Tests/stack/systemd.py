"""A machine with a systemd of its own, in namespaces, for what only a real one shows."""

import contextlib
import subprocess

from stack.machine import TOP
from stack.processes import children
from stack.service import wait_for

NAMESPACES = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"]


class Machine:
    """Its first process, and orders to it."""

    def __init__(self, pid):
        self.pid = pid
        # In its mounts only: what is started so is ended as any child is. And in all of it.
        self.mounts = ["nsenter", f"--target={pid}", "--mount"]
        self.all = [*self.mounts, "--pid", "--uts", "--ipc", "--cgroup"]

    def run(self, *command, check=True):
        done = subprocess.run(
            [*self.all, *map(str, command)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
            check=False)
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def shell(self, script):
        return self.run("sh", "-ec", script)

    def write(self, path, text, mode="0644"):
        """A file that is whole when it is there."""
        subprocess.run([*self.all, "install", "-D", "-m", mode, "/dev/stdin", path], input=text, text=True, check=True)

    def property(self, unit, name):
        return self.run("systemctl", "show", "--value", f"--property={name}", unit)

    def status(self, pid):
        """What /proc says of a process, by the machine's numbers."""
        lines = self.run("cat", f"/proc/{pid}/status").splitlines()
        return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def can_boot():
    done = subprocess.run([*NAMESPACES, "mount", "--make-rprivate", "/"], capture_output=True, check=False)
    return done.returncode == 0


@contextlib.contextmanager
def booted(folder, root="/"):
    """Until the end of the block; the folder is the same inside. `root` has the files that the machine begins with."""
    new = folder / "machine"
    new.mkdir()
    with open(folder / "machine.log", "w", encoding="utf-8") as log:
        outer = subprocess.Popen(
            [*NAMESPACES, TOP / "Tests/stack/boot", new, folder, root], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(lambda: outer.poll() is not None or children(outer.pid), 60)
        if outer.poll() is not None:
            raise RuntimeError((folder / "machine.log").read_text(encoding="utf-8"))
        machine = Machine(children(outer.pid)[0])
        wait_for(lambda: machine.run("systemctl", "is-system-running", check=False) in ("running", "degraded"), 60)
        yield machine
    finally:
        outer.kill()  # and with it the first process of the namespace, which takes all others along
        outer.wait(60)
