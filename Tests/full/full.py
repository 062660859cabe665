"""The tests that need Python packages or a browser, against a stack that they start for the purpose and stop again.

Prints a line for each part; of one that failed, what it said, and how to repeat it.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from stack import roster, whole
from stack.machine import TOP, accepts, free_port, temporary_folder
from stack.nginx import Nginx
from stack.roster import PROGRAM
from stack.service import Stack

HERE = TOP / "Tests/full"
BIN = TOP / ".build/full/bin"
REFERENCE = TOP / ".build/reference/bin/python"
SEED = os.environ.get("SEED") or "1"
SECONDS = int(os.environ.get("SECONDS_OF_REQUESTS") or 120)

DESCRIBE = "import json; print(json.dumps(app.openapi()))"
APPLICATION = "from app import app"
APPLICATION_WITH_KEYS = """
from app import app as theirs
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
app = FastAPI(dependencies=[Depends(HTTPBearer())])
app.include_router(theirs.router)"""


@dataclass
class Site:
    """Where Roster is, the folder for what a part writes, and the file for what it says; `key` is one or none."""

    base: str
    folder: pathlib.Path
    log: object
    key: tuple = ()

    def run(self, *command, **environment):
        """A program, which has to succeed."""
        self.log.flush()
        subprocess.run([*map(str, command)], check=True, stdin=subprocess.DEVNULL, stdout=self.log,
                       stderr=subprocess.STDOUT, cwd=self.folder,
                       env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment)


def openapi(site):
    """openapi.json is valid, and says all that the reference's says."""
    application = APPLICATION_WITH_KEYS if site.key else APPLICATION
    description = subprocess.check_output(
        [REFERENCE, "-c", f"{application}\n{DESCRIBE}"], cwd=TOP / "Tests/reference", stderr=site.log,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "DATABASE_URL": "postgresql+asyncpg://"})
    (site.folder / "reference.json").write_bytes(description)
    site.run(BIN / "python", HERE / "check_openapi.py", site.base, site.folder / "reference.json")


def client(site):
    """A generated client does what the API offers. The generator calls ruff, which is beside it."""
    site.run(BIN / "openapi-python-client", "generate", "--url", f"{site.base}/openapi.json", "--meta", "none",
             "--fail-on-warning", "--output-path", site.folder / "roster_client", "--overwrite",
             PATH=f"{BIN}:{os.environ['PATH']}")
    site.run(BIN / "python", HERE / "check_client.py", site.base, *site.key, PYTHONPATH=str(site.folder))


def schemathesis(site):
    """Requests that Schemathesis thinks of find nothing wrong."""
    header = [word for key in site.key for word in ("--header", f"Authorization: Bearer {key}")]
    seconds = SECONDS // 4 + 1 if site.key else SECONDS
    site.run(BIN / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", f"{site.base}/openapi.json",
             *header, "--no-color", "--checks", "all", "--seed", SEED, "--max-time", seconds, PYTHONPATH=str(HERE))


def browser(site):
    """The documentation pages in Chromium."""
    site.run(TOP / "Tests/browser/run", site.base, *site.key)


def keys(site):
    """All of these again where a key is asked for: the description is what FastAPI makes of its HTTPBearer."""
    made = subprocess.run([PROGRAM, "key", "new", "full", "--role", "writer"], capture_output=True, check=True,
                          text=True)
    file = site.folder / "keys"
    file.write_text(made.stdout)
    with whole.running(site.folder, ROSTER_API_KEYS=file) as (port, _):
        locked = Site(f"http://127.0.0.1:{port}", site.folder, site.log, (made.stderr.strip(),))
        for part in openapi, client, schemathesis, browser:
            part(locked)


def takeover(site):
    """The reference's database becomes Roster's, and the reference's again."""
    site.run(BIN / "python", HERE / "check_takeover.py", site.folder, site.folder.parent / "state/postgres",
             PYTHONPATH=str(TOP / "Tests"))


def metrics(site):
    """promtool and a strict parser are content with what monitoring reads, behind nginx's location for it, and with what is made of
    it; no counter falls whatever becomes of the workers."""
    site.run(TOP / ".ci/promtool", TOP / ".build/full")
    port, admin = free_port(), free_port()
    program = roster.copied(site.folder)
    with whole.running(site.folder, ROSTER_ADMIN=f"127.0.0.1:{admin}", ROSTER=program) as (users, _), Stack(
            site.folder) as stack:
        Nginx(stack, f"""
            include roster/http.conf;
            server {{
                listen 127.0.0.1:{port};
                location / {{ include roster/admin.conf; fastcgi_pass 127.0.0.1:{admin}; }}
            }}""", ready=lambda: accepts(port))
        base, figures, promtool = f"http://127.0.0.1:{users}", f"http://127.0.0.1:{port}", TOP / ".build/full/promtool"
        site.run(BIN / "python", HERE / "check_metrics.py", base, figures, promtool, TOP / "monitoring/roster.rules.yml")
        site.run(BIN / "python", HERE / "check_dashboard.py", TOP / "monitoring/roster.dashboard.json", figures, promtool)
        site.run(BIN / "python", HERE / "check_counters.py", base, figures, promtool, program)


PARTS = {part.__name__: part for part in (openapi, client, schemathesis, browser, keys, takeover, metrics)}


def attempt(name, base, folder):
    """Whether it succeeds; its words are in a file until then."""
    began, home, failed = time.monotonic(), folder / name, False
    home.mkdir()
    home.chmod(0o755)
    with open(folder / f"{name}.log", "w+", encoding="utf-8", errors="replace") as log:
        try:
            PARTS[name](Site(base, home, log))
        except (subprocess.CalledProcessError, RuntimeError) as error:
            failed = True
            print(error, file=log, flush=True)
        print(f"{'failed' if failed else 'ok':7} {name:13} {time.monotonic() - began:6.1f} s", flush=True)
        if failed:
            log.seek(0)
            print(re.sub("^", "    ", log.read().rstrip(), flags=re.MULTILINE))
            print(f"    again: make test-full PARTS={name} SEED={SEED}", flush=True)
    return not failed


def main(names):
    for name in names:
        if name not in PARTS:
            print(f"Tests/full/run: there is no part {name}", file=sys.stderr)
            return 64
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    names = names or list(PARTS)
    with temporary_folder("full") as folder, whole.running(folder) as (port, _):
        passed = sum([attempt(name, f"http://127.0.0.1:{port}", folder) for name in names])
    print(f"{passed} passed, {len(names) - passed} failed")
    return 0 if passed == len(names) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
