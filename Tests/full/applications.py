"""Starts the reference and Roster on a database, and stops them."""

import contextlib
import subprocess

from stack import whole
from stack.machine import DATABASE_USER, TOP, accepts, as_user, free_port
from stack.service import Stack


@contextlib.contextmanager
def reference(folder, sockets, database):
    """The reference application on a database; yields its port."""
    port = free_port()
    command = [TOP / ".build/reference/bin/uvicorn", "app:app", "--app-dir", TOP / "Tests/reference", "--port", port,
               "--log-level", "warning"]
    with Stack(folder) as stack:
        stack.start("reference", command, ready=lambda: accepts(port), environment={
            "DATABASE_URL": url(sockets, database), "PYTHONDONTWRITEBYTECODE": "1"})
        yield port


@contextlib.contextmanager
def roster(folder, sockets, database):
    """Roster behind nginx on a database, which it is told of as the reference is; yields nginx's port."""
    with whole.running(folder, DATABASE_URL=url(sockets, database)) as (port, _):
        yield port


def url(sockets, database):
    return f"postgresql+asyncpg://roster@/{database}?host={sockets}"


def create_database(sockets, name):
    """An empty database of role roster in the cluster of nginx/run."""
    command = ["psql", "-qX", f"postgresql://postgres@/postgres?host={sockets}",
               "-c", f"CREATE DATABASE {name} OWNER roster"]
    subprocess.run(command, check=True, **as_user(DATABASE_USER))
