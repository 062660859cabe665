"""The two sides of the comparison, each on a database of its own in a PostgreSQL cluster of this run's."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def stacks():
    """Starts everything; yields the ports of nginx in front of the reference and of Roster, plain and TLS, and a
    function that executes SQL on both databases."""
    with temporary_folder() as folder, cluster(folder) as (url, query):
        with roster(folder, url("roster")) as ours, reference(folder, url("reference")) as theirs:
            yield theirs, ours, lambda text: [query(text, name) for name in ("reference", "roster")]


@contextlib.contextmanager
def temporary_folder():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="conformance-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def process(arguments, log, stop=signal.SIGTERM, **options):
    """A child that lives as long as the block."""
    with open(log, "wb") as output:
        child = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **options)
    try:
        yield child
    finally:
        if child.poll() is not None:
            print(f"{arguments[0]} ended by itself:\n{pathlib.Path(log).read_text(errors='replace')[-4000:]}",
                flush=True)
        child.send_signal(stop)
        child.wait()


def wait_until(ready, child, log, seconds=60):
    end = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"{child.args[0]} does not start:\n{pathlib.Path(log).read_text(errors='replace')}")
        time.sleep(0.02)


# PostgreSQL refuses to run as root.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def postgres_programs():
    """The newest version that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return found[-1] if found else sys.exit("PostgreSQL is not installed: `make packages` installs it.")


@contextlib.contextmanager
def cluster(folder):
    """A server with two empty databases; yields two functions: the address of one, and a query of one."""
    home, programs, log = folder / "postgres", postgres_programs(), folder / "postgres.log"
    home.mkdir()
    if AS_POSTGRES:
        shutil.chown(home, "postgres")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    subprocess.run(
        [*AS_POSTGRES, programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, env=environment)
    arguments = [*AS_POSTGRES, programs / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=",
                 "-c", "fsync=off"]
    with process(arguments, log, signal.SIGINT, env=environment) as child:
        def query(text, database="postgres"):
            return subprocess.run(
                [programs / "psql", "-h", home, "-U", "postgres", "-d", database, "-c", text], capture_output=True,
                env=environment).returncode == 0

        wait_until(lambda: query("SELECT 1"), child, log)
        for name in ("reference", "roster"):
            query(f"CREATE DATABASE {name}")
        yield lambda database: f"//postgres@/{database}?host={home}", query


@contextlib.contextmanager
def reference(folder, url):
    """The reference application in uvicorn behind nginx; yields nginx's ports."""
    with uvicorn(folder, url) as address, nginx(folder, address) as ports:
        yield ports


@contextlib.contextmanager
def uvicorn(folder, url):
    """The reference application as its users run it behind nginx; yields its Unix socket."""
    address, log = folder / "reference.sock", folder / "reference.log"
    # As its own command: `python -m` takes some of the calls that Python allows, and so of the depth of JSON.
    program = pathlib.Path(sys.prefix) / "bin/uvicorn"
    # nginx, which closes its idle connections after a minute, shall be first. A Unix socket has no address to trust.
    arguments = [program, "app:app", "--app-dir", TOP / "Tests/reference", "--uds", address,
                 "--timeout-keep-alive", "75", "--forwarded-allow-ips", "*", "--log-level", "critical"]
    environment = {**os.environ, "DATABASE_URL": f"postgresql+asyncpg:{url}", "PYTHONDONTWRITEBYTECODE": "1"}
    with process(arguments, log, env=environment) as child:
        wait_until(address.exists, child, log)
        yield address


@contextlib.contextmanager
def nginx(folder, address):
    """nginx in front of the reference, with Roster's settings and certificate; yields its ports."""
    home, log, ports = folder / "reference", folder / "reference-nginx.log", (free_port(), free_port())
    home.mkdir()
    (home / "roster").symlink_to(TOP / "nginx/roster")
    values = {"USER": "user www-data;" if os.geteuid() == 0 else "", "SOCKET": address, "PORT": ports[0],
              "TLS_PORT": ports[1], "CERTIFICATE": folder / "roster/tls/localhost"}
    text = (TOP / "Tests/conformance/reference.conf.in").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    (home / "nginx.conf").write_text(text)
    arguments = ["nginx", "-p", home, "-c", home / "nginx.conf", "-e", "stderr"]
    with process(arguments, log) as child:
        wait_until(lambda: answers(ports[0]), child, log)
        yield ports


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def roster(folder, url):
    """What `make run` starts, without its cluster, and an nginx that answers every host; yields the ports of that."""
    port, log, state = free_port(), folder / "roster.log", folder / "roster"
    environment = {
        **os.environ, "DATABASE_URL": f"postgresql:{url}", "PORT": str(port), "TLS_PORT": str(free_port()),
        "STATE_DIR": str(state), "WORKERS": "1"}
    with process([TOP / "nginx/run"], log, env=environment) as child:
        wait_until(lambda: "\nready" in log.read_text(), child, log, seconds=120)
        with every_host(state, folder / "every-host.log") as ports:
            yield ports


@contextlib.contextmanager
def every_host(state, log):
    """nginx with what nginx/run has written, but for the names of its hosts; yields its ports."""
    text, ports = (TOP / "nginx/local.conf.in").read_text(), (free_port(), free_port())
    names = r"server_name localhost 127\.0\.0\.1 \[::1\];"
    for pattern, replacement in [
        (r"    # A page of any site.*?(?=    server \{\n[^}]*" + names + ")", ""), (names, 'server_name "" ~^;'),
        ("nginx/nginx.pid", "nginx/every-host.pid"), (r"(\S+_temp_path +run/)", r"\1every-host-"),
        ("@USER@", "user www-data;" if os.geteuid() == 0 else ""), ("@PORT@", str(ports[0])),
        ("@TLS_PORT@", str(ports[1])),
    ]:
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if not count:
            sys.exit(f"nginx/local.conf.in has no {pattern}")
    (state / "nginx/every-host.conf").write_text(text)
    with process(["nginx", "-p", "./", "-c", "nginx/every-host.conf", "-e", "stderr"], log, cwd=state) as child:
        wait_until(lambda: answers(ports[1]), child, log)
        yield ports


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
