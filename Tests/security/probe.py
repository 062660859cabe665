"""Run in the place of the service, with all that its unit takes away: says what it could do all the same.

Each attempt is a process of its own, since a forbidden system call ends it. The output is a line of JSON.
"""

import ctypes
import json
import mmap
import os
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(LIBC, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def write(path):
    with open(path, "a", encoding="utf-8") as file:
        file.write("x")


def executable():
    """Memory that was written becomes code."""
    memory = mmap.mmap(-1, 4096)
    memory[:1] = b"\xc3"
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    call("mprotect", ctypes.c_void_p(address), 4096, mmap.PROT_READ | mmap.PROT_EXEC)


def setuid_file():
    path = f"/tmp/{os.getpid()}"
    write(path)
    os.chmod(path, 0o4755)


def others():
    """Processes of other users."""
    found = [name for name in os.listdir("/proc") if name.isdigit() and os.stat(f"/proc/{name}").st_uid != os.getuid()]
    if not found:
        raise PermissionError


FORBIDDEN = {
    "become root": lambda: os.setresuid(0, 0, 0),
    "trace": lambda: call("ptrace", 0, 0, 0, 0),
    "change the root": lambda: os.chroot("/"),
    "mount": lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "a namespace of users": lambda: call("unshare", 0x10000000),
    "a namespace of mounts": lambda: call("unshare", 0x20000),
    "a packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "a raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
    "a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    "memory to write and execute": lambda: mmap.mmap(-1, 4096, prot=7),
    "written memory becomes code": executable,
    "a setuid file": setuid_file,
    "another personality": lambda: call("personality", 0x0040000),
    "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "set the clock": lambda: call("settimeofday", bytes(16), None),
    "set the host's name": lambda: call("sethostname", b"x", 1),
    "load a module": lambda: call("init_module", b"", 0, b""),
    "reboot": lambda: call("reboot", 0),
    "the kernel's log": lambda: open("/dev/kmsg", encoding="utf-8"),
    "a disk": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)),
    "the kernel's settings": lambda: write("/proc/sys/kernel/core_pattern"),
    "control groups": lambda: os.mkdir("/sys/fs/cgroup/x"),
    "write in /etc": lambda: write("/etc/probe"),
    "write in /usr": lambda: write("/usr/probe"),
    "write in /var/lib": lambda: write("/var/lib/probe"),
    "write in /run": lambda: write("/run/probe"),
    "write where everybody may, in /run/lock": lambda: write("/run/lock/probe"),
    "write where everybody may, on a disk of its own": lambda: write("/srv/probe/probe"),
    "another socket beside nginx's": lambda: socket.socket(socket.AF_UNIX).bind("/run/roster/other.sock"),
    "the service's settings": lambda: write("/etc/roster/roster.env"),
    "the service's program": lambda: write("/usr/bin/roster"),
    "passwords": lambda: open("/etc/shadow", encoding="utf-8"),
    "homes": lambda: os.listdir("/root") or os.listdir("/home"),
    "processes of others": others,
    "the first process's files": lambda: os.listdir("/proc/1/root/"),
}
# Without these it is the probe that does not work.
ALLOWED = {
    "its settings": lambda: open("/etc/roster/roster.env", encoding="utf-8").read(),
    "a file of its own in /tmp": lambda: write("/tmp/probe"),
    "a Unix socket": lambda: socket.socket(socket.AF_UNIX),
    "a TCP socket": lambda: socket.socket(socket.AF_INET),
    "names of users": lambda: open("/etc/passwd", encoding="utf-8").read(),
}


def works(attempt):
    child = os.fork()
    if child == 0:
        try:
            attempt()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    found = [name for name, attempt in FORBIDDEN.items() if works(attempt)]
    missed = [name for name, attempt in ALLOWED.items() if not works(attempt)]
    json.dump({"could": found, "could not": missed, "of": len(FORBIDDEN)}, sys.stdout)
    print(flush=True)
