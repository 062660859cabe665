"""What the machine gives: users, ports, folders."""

import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
ME = pwd.getpwuid(os.geteuid()).pw_name
# Neither PostgreSQL nor nginx's workers run as root.
DATABASE_USER = "postgres" if ROOT else ME
WEB_USER = "www-data" if ROOT else ME


def as_user(name):
    """What makes subprocess start a program as that user, who is this process's own unless this is root."""
    if name == ME:
        return {}
    user = pwd.getpwnam(name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": os.getgrouplist(name, user.pw_gid)}


def own_folder(path, user=DATABASE_USER):
    """A folder that belongs to this user, and that others can enter."""
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
    if ROOT:
        shutil.chown(path, user)
    return path


@contextlib.contextmanager
def temporary_folder(what):
    """Not in /tmp, which may be in memory: there a commit would cost nothing."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"roster-{what}-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def private(path, flags):
    """For `open`: a new file is for nobody else."""
    return os.open(path, flags, 0o600)


given = set()


def free_port():
    """A port of 127.0.0.1 on which nobody listens, another one each time."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


def accepts(address):
    """Whether somebody listens: on a port of 127.0.0.1 where this is a number, else on the Unix socket of that path."""
    is_port = isinstance(address, int)
    with socket.socket(socket.AF_INET if is_port else socket.AF_UNIX) as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", address) if is_port else os.fspath(address)) == 0
