"""Runs a program under the system call filters that a unit file asks for, as systemd would set them up.

    confined.py UNIT COMMAND...

For machines, such as containers, that systemd has not booted. What the unit says about files, devices and capabilities is not
done here, and of RestrictSUIDSGID nothing.
"""

import errno
import os
import subprocess
import sys

from seccomp import ALLOW, EQ, ERRNO, GT, KILL_PROCESS, MASKED_EQ, Arg, SyscallFilter
from unit_file import settings

PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
# CLONE_NEWNS and so on, up to CLONE_NEWNET, and CLONE_NEWTIME.
NAMESPACES = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80]


def calls(group):
    """The system calls of a group, as this systemd knows it."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, capture_output=True, text=True).stdout
    found = set()
    for line in map(str.strip, text.splitlines()[1:]):
        if line and not line.startswith("#"):
            found |= calls(line) if line.startswith("@") else {line}
    return found


def allowed(unit):
    """The calls that are left: what the lines allow, without what later lines take away. @default is always allowed."""
    left = set()
    for value in settings(unit, "SystemCallFilter"):
        named = set().union(*(calls(word) if word.startswith("@") else {word} for word in value.lstrip("~").split()))
        left = left - named if value.startswith("~") else left | named
    return left | calls("@default")


def load_calls(unit):
    """Anything else ends the process, with SIGSYS."""
    rules = SyscallFilter(KILL_PROCESS)
    for name in allowed(unit):
        try:
            rules.add_rule(ALLOW, name)
        except (RuntimeError, OSError):
            pass  # this machine does not have the call
    rules.load()


def load_restrictions(unit):
    """RestrictAddressFamilies, MemoryDenyWriteExecute, RestrictNamespaces, LockPersonality."""
    rules = SyscallFilter(ALLOW)
    assert settings(unit, "RestrictAddressFamilies") == ["AF_UNIX AF_INET AF_INET6"]  # 1, 2, 10
    for family in [0, *range(3, 10)]:
        rules.add_rule(ERRNO(errno.EAFNOSUPPORT), "socket", Arg(0, EQ, family))
    rules.add_rule(ERRNO(errno.EAFNOSUPPORT), "socket", Arg(0, GT, 10))
    assert settings(unit, "MemoryDenyWriteExecute") == ["yes"]
    rules.add_rule(ERRNO(errno.EPERM), "mmap", Arg(2, MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC))
    rules.add_rule(ERRNO(errno.EPERM), "mprotect", Arg(2, MASKED_EQ, PROT_EXEC, PROT_EXEC))
    rules.add_rule(ERRNO(errno.EPERM), "pkey_mprotect", Arg(2, MASKED_EQ, PROT_EXEC, PROT_EXEC))
    rules.add_rule(ERRNO(errno.EPERM), "shmat", Arg(2, MASKED_EQ, SHM_EXEC, SHM_EXEC))
    assert settings(unit, "RestrictNamespaces") == settings(unit, "LockPersonality") == ["yes"]
    for flag in NAMESPACES:
        rules.add_rule(ERRNO(errno.EPERM), "clone", Arg(0, MASKED_EQ, flag, flag))
    rules.add_rule(ERRNO(errno.ENOSYS), "clone3")
    for name in ("unshare", "setns", "personality"):
        rules.add_rule(ERRNO(errno.EPERM), name)
    rules.load()


if __name__ == "__main__":
    _, unit, *command = sys.argv
    os.umask(int(settings(unit, "UMask")[0], 8))
    load_restrictions(unit)
    load_calls(unit)
    os.execvp(command[0], command)
