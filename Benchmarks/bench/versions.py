"""The machine and the versions of what runs on it."""

import datetime
import os
import platform
import re
import subprocess

from bench import congestion
from stack.postgres import programs
from bench.peers import REFERENCE, php_fpm
from stack.machine import TOP


def first_line(*command):
    try:
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError:
        return "not installed"
    return done.stdout.strip().split("\n")[0]


def debian(package):
    return first_line("dpkg-query", "--show", "--showformat", "${Version}", package)


def python_packages(*names):
    script = "import importlib.metadata as m, sys; print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    return first_line(REFERENCE / "python", "-c", script, *names)


def processor():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores"


def gibibytes():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def system():
    return platform.freedesktop_os_release()["PRETTY_NAME"]


def versions(database):
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, {gibibytes()} GiB",
        "system": f"{system()}, Linux {platform.release()}, TCP {congestion.in_use()}",
        "Roster": f"{first_line('git', '-C', TOP, 'describe', '--always', '--dirty')}, "
                  + re.sub(r".*?(Swift version \S+).*", r"\1", first_line("swift", "--version")),
        "PostgreSQL": first_line(programs() / "postgres", "--version").split(") ")[-1].split(" (")[0]
                      + f", {database.pages}",
        "nginx": debian("nginx"),
        "wrk": debian("wrk"),
        "FastAPI": python_packages("fastapi", "uvicorn", "sqlalchemy", "asyncpg", "pydantic"),
        "PHP": first_line(php_fpm(), "-v").split(" (")[0],
        "Go": f"{first_line('/usr/bin/go', 'version').removeprefix('go version ')}, lib/pq {debian('golang-github-lib-pq-dev')}",
        "C": f"{first_line('gcc', '--version')}, libfcgi {debian('libfcgi-dev')}, libpq {debian('libpq-dev')}",
        "Rust": f"{first_line('/usr/bin/rustc', '--version')}, hyper {debian('librust-hyper-dev')}, "
                f"tokio-postgres {debian('librust-tokio-postgres-dev')}",
    }
