"""The two sides of the comparison, each on a database of its own in a PostgreSQL cluster of this run's."""

import contextlib
import pathlib
import re
import sys

from stack import whole
from stack.machine import ROOT, TOP, WEB_USER, accepts, free_port, temporary_folder
from stack.nginx import Nginx
from stack.postgres import Cluster
from stack.service import Stack

NAMES = "reference", "roster"


@contextlib.contextmanager
def sides():
    """Starts everything; yields the ports of nginx in front of the reference and of Roster, plain and TLS, a function that
    executes SQL on both databases, and one that has Roster's go on with the number for new users that the reference's has."""
    with temporary_folder("conformance") as folder, Stack(folder) as stack:
        cluster = Cluster(stack, settings={"fsync": "off"})
        cluster.start()
        for name in NAMES:
            cluster.sql(f"CREATE DATABASE {name}", "postgres")
        url = cluster.url("roster", "postgres")
        with whole.running(folder, DATABASE_URL=url, WORKERS=1), Stack(folder) as before:
            uvicorn(before, cluster.url("reference", "postgres", "postgresql+asyncpg"))
            theirs = nginx(before, folder / "state/tls/localhost")
            ours = every_host(before, folder / "state")
            yield (theirs, ours, lambda text: [cluster.psql(name, "-c", text) for name in NAMES],
                   lambda: cluster.psql("roster", "-c", f"SELECT setval('users_id_seq', {last_number(cluster)})"))


def last_number(cluster):
    return int(cluster.psql("reference", "-Atc", "SELECT last_value FROM users_id_seq").stdout)


def uvicorn(stack, url):
    """The reference application as its users run it behind nginx, on a Unix socket."""
    socket = stack.folder / "reference.sock"
    # As its own command: `python -m` takes some of the calls that Python allows, and so of the depth of JSON.
    program = pathlib.Path(sys.prefix) / "bin/uvicorn"
    # nginx, which closes its idle connections after a minute, shall be first. A Unix socket has no address to trust.
    stack.start(
        "reference",
        [program, "app:app", "--app-dir", TOP / "Tests/reference", "--uds", socket, "--timeout-keep-alive", "75",
         "--forwarded-allow-ips", "*", "--log-level", "critical"],
        socket=socket, environment={"DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"})


def every_host(stack, state):
    """nginx with what nginx/run has written, but for the names of its hosts; its ports."""
    text, ports = (TOP / "nginx/local.conf.in").read_text(), (free_port(), free_port())
    names = r"server_name localhost 127\.0\.0\.1 \[::1\];"
    for pattern, replacement in [
        (r"    # A page of any site.*?(?=    server \{\n[^}]*" + names + ")", ""), (names, 'server_name "" ~^;'),
        ("nginx/nginx.pid", "nginx/every-host.pid"), (r"(\S+_temp_path +run/)", r"\1every-host-"),
        ("@USER@", f"user {WEB_USER};" if ROOT else ""), ("@PORT@", str(ports[0])), ("@TLS_PORT@", str(ports[1])),
    ]:
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if not count:
            sys.exit(f"nginx/local.conf.in has no {pattern}")
    (state / "nginx/every-host.conf").write_text(text)
    stack.start("every-host", ["nginx", "-p", "./", "-c", "nginx/every-host.conf", "-e", "stderr"],
                folder=state, ready=lambda: accepts(ports[1]))
    return ports


def nginx(stack, certificate):
    """nginx in front of the reference, with Roster's settings and certificate; its ports."""
    ports = free_port(), free_port()
    text = (TOP / "Tests/conformance/reference.conf.in").read_text()
    values = {"SOCKET": stack.folder / "reference.sock", "PORT": ports[0], "TLS_PORT": ports[1],
              "CERTIFICATE": certificate}
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    Nginx(stack, text, ready=lambda: accepts(ports[0]))
    return ports
