"""Sends one table of requests through every web server of Documentation/web-servers.md, and to Roster as every launcher of
launchers.md starts it; and reloads Roster meanwhile.

    Tests/fronts/run [NAME...]
"""

import shutil
import signal
import subprocess
import sys
import time
import traceback

import cases
import reload
from launchers import LAUNCHERS
from place import Place
from servers import FRONTS, nginx_stock
from stack import roster
from stack.machine import TOP, temporary_folder
from stack.postgres import Cluster
from stack.service import Stack, until


class Service:
    """Roster on a database of its own, for those who have its key."""

    def __init__(self, stack, url):
        folder, self.url = stack.folder, url
        self.folder = folder
        self.socket, self.keys, self.docs = folder / "roster.sock", folder / "keys", folder / "docs"
        self.program = roster.copied(folder)
        made = subprocess.run([self.program, "key", "new", "front", "--role", "writer"], capture_output=True, check=True, text=True)
        self.key = made.stderr.strip()
        self.keys.write_text(made.stdout)
        self.keys.chmod(0o644)
        self.docs.mkdir()
        for page in ("docs.html", "redoc.html"):
            shutil.copy(TOP / "nginx/docs" / page, self.docs)
        shutil.copytree(TOP / "nginx/docs/static", self.docs / "docs/static")
        shutil.copy(TOP / "nginx/docs/oauth2-redirect.html", self.docs / "docs")
        (self.docs / "openapi.json").write_bytes(subprocess.check_output([self.program, "openapi", "--api-keys", self.keys]))

        command = [self.program, "serve", "--workers", "2", "--listen", f"unix:{self.socket}", "--socket-mode", "0666",
                   "--api-keys", self.keys]
        self.roster = stack.start("roster", command, socket=self.socket, ready=lambda: self.count("serving") == 2,
                                  environment={"DATABASE_URL": url})

    def count(self, text):
        return (self.folder / "roster.log").read_text().count(text)

    def reload(self):
        """Returns when the new workers serve and the old ones have been told to end."""
        before = self.count("reloaded")
        self.roster.child.send_signal(signal.SIGHUP)
        if until(lambda: self.count("reloaded") > before, 60) is None:
            raise RuntimeError("Roster does not reload")


def asked(front, key, order):
    for prefix in front.prefixes:
        yield from cases.check(cases.Client(front, prefix, key))
    if front.reloads:
        yield from reload.check(front, key, order)


def problems(name, service):
    try:
        if name in LAUNCHERS:
            place = Place(service, name)
            with LAUNCHERS[name](place) as roster:
                with nginx_stock(place) as front:
                    yield from asked(front, service.key, roster.reload)
                yield from roster.stop()
        else:
            with FRONTS[name](Place(service, name)) as front:
                yield from asked(front, service.key, service.reload)
    except Exception:  # whatever kept it from saying so is as bad
        yield traceback.format_exc()


def main(names):
    known = [*FRONTS, *LAUNCHERS]
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"there is no {unknown[0]}; there are: {' '.join(known)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = 0
    with temporary_folder("fronts") as folder, Stack(folder) as stack:
        cluster = Cluster(stack, settings={"fsync": "off"})
        cluster.start()
        cluster.sql("CREATE DATABASE roster", "postgres")
        service = Service(stack, cluster.url("roster", "postgres"))
        for name in names or known:
            began = time.monotonic()
            found = list(problems(name, service))
            failed += bool(found)
            print(f"{'failed' if found else 'ok':7} {name:22} {time.monotonic() - began:5.1f} s", flush=True)
            for problem in found:
                print("    " + problem.replace("\n", "\n    "), flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
