"""The programs that are compared: how each is started and how nginx reaches it.

Documentation/performance.md says why each is set up as it is.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Callable

from stack import roster as program
from stack.machine import ROOT, TOP, WEB_USER

BUILT = TOP / ".build/bench"
REFERENCE = TOP / ".build/reference/bin"
CORES = os.cpu_count()


@dataclass(frozen=True)
class Peer:
    name: str
    title: str
    # Folder and database to the command; the socket is `socket` in that folder.
    command: Callable
    location: str
    program: str = ""
    upstream: str = "keepalive 256; keepalive_requests 1000000;"
    environment: Callable = field(default=lambda url: {})
    speaks_fastcgi: bool = True

    def start(self, stack, url, name=None):
        folder = stack.folder / (name or self.name)
        folder.mkdir()
        return stack.start(folder.name, self.command(folder, url), socket=folder / "socket",
                           environment=self.environment(url))


HTTP = """
            proxy_pass http://{name};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;"""

# As few parameters as Roster's own configuration has, and those that the peer cannot do without.
FASTCGI = """
            fastcgi_pass {name};
            fastcgi_pass_request_headers off;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_URI    $request_uri;
            fastcgi_param CONTENT_TYPE   $content_type   if_not_empty;
            fastcgi_param CONTENT_LENGTH $content_length if_not_empty;"""

KEPT = """
            fastcgi_keep_conn on;"""

GO_PARAMETERS = """
            fastcgi_param SERVER_PROTOCOL $server_protocol;
            fastcgi_param HTTP_HOST       $http_host;"""

PHP_PARAMETERS = """
            fastcgi_param SCRIPT_FILENAME {script};"""

# As many as two nginx workers keep connections to it: an idle one holds a thread.
C_THREADS = 128
GO_CONNECTIONS = 16
PHP_PROCESSES = 16


def reference(folder, url):
    return [REFERENCE / "uvicorn", "app:app", "--app-dir", TOP / "Tests/reference", "--uds", folder / "socket",
            "--workers", 2, "--loop", "uvloop", "--http", "httptools", "--timeout-keep-alive", 75, "--no-access-log",
            "--log-level", "warning"]


def php(folder, url):
    """PHP-FPM's configuration, and the scripts where its processes can read them."""
    shutil.copytree(TOP / "Benchmarks/peers/php", folder / "scripts")
    configuration = (folder / "scripts/php-fpm.conf.in").read_text()
    user = f"user = {WEB_USER}" if ROOT else ""
    dsn = f"pgsql:host={folder.parent}/postgres;user=roster;dbname={url.split('@/')[1].split('?')[0]}"
    for name, value in {"FOLDER": folder, "USER": user, "DSN": dsn, "PROCESSES": PHP_PROCESSES}.items():
        configuration = configuration.replace(f"@{name}@", str(value))
    (folder / "php-fpm.conf").write_text(configuration)
    return [php_fpm(), "--nodaemonize", "--fpm-config", folder / "php-fpm.conf"]


def php_fpm():
    found = sorted(name for name in os.listdir("/usr/sbin") if name.startswith("php-fpm"))
    return f"/usr/sbin/{found[-1]}" if found else sys.exit("PHP-FPM is not installed: `make bench` installs it.")


def roster(folder, url):
    """As nginx/run starts it."""
    return program.serve(program.copied(folder), folder / "socket", "--workers", CORES)


PEERS = {peer.name: peer for peer in (
    Peer("reference", "FastAPI (the reference)", reference, HTTP, speaks_fastcgi=False,
         environment=lambda url: {"DATABASE_URL": url.replace("postgresql", "postgresql+asyncpg", 1),
                                  "PYTHONDONTWRITEBYTECODE": "1"}),
    Peer("php", "PHP-FPM, PDO", php, FASTCGI + PHP_PARAMETERS, upstream=""),
    Peer("go", "Go, lib/pq", lambda folder, url: [BUILT / "go", folder / "socket", url, GO_CONNECTIONS],
         FASTCGI + KEPT + GO_PARAMETERS, program=BUILT / "go"),
    Peer("c", "C, threads, libpq", lambda folder, url: [BUILT / "c", folder / "socket", url, C_THREADS],
         FASTCGI + KEPT, program=BUILT / "c", upstream="keepalive 64; keepalive_requests 1000000;"),
    Peer("rust", "Rust, `#[tokio::main]`", lambda folder, url: [BUILT / "rust", folder / "socket", url], HTTP,
         program=BUILT / "rust", speaks_fastcgi=False),
    Peer("rust-cores", "Rust, a runtime for each core",
         lambda folder, url: [BUILT / "rust", folder / "socket", url, CORES], HTTP, program=BUILT / "rust",
         speaks_fastcgi=False),
    Peer("roster", "Roster", roster, "", program=program.PROGRAM,
         # Core files, because only then the kernel tells somebody else than root what memory a process has.
         environment=lambda url: {"DATABASE_URL": url, "ROSTER_CORE_FILES": "1"}),
)}


def build(names):
    """What has to be compiled; Roster itself and the reference's environment are make's to build."""
    programs = {PEERS[name].program for name in names if name != "roster"}
    subprocess.run([TOP / "Benchmarks/peers/build", BUILT, *(program.name for program in programs if program)], check=True)
