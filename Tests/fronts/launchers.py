"""The launchers: how each starts Roster as launchers.md says, and how it is told to reload and to end."""

import contextlib
import subprocess

from documented import blocks, filled_in
from stack.machine import ROOT, WEB_USER, accepts, free_port
from stack.service import cleaned, until

# A socket and files of the user whom the pages call roster; who is not root is that user already.
AS_ROOT = {
    "-U roster -G www-data -u roster -g roster": f"-U {WEB_USER} -G {WEB_USER} -u {WEB_USER} -g {WEB_USER}",
    "--user roster": f"--user {WEB_USER}", "user=roster": f"user={WEB_USER}", "uid = roster": f"uid = {WEB_USER}",
    "socket_owner=roster:": f"socket_owner={WEB_USER}:"}
AS_USER = {
    "-U roster -G www-data -u roster -g roster": "", "--user roster --socket-group www-data": "", "--user roster": "",
    "user=roster": "", "uid = roster": "", "gid = www-data": "", "socket_owner=roster:www-data": ""}

SUPERVISORD = """
[supervisord]
nodaemon=true
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
[unix_http_server]
file={folder}/supervisor.sock
[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


class Launched:
    """Roster by another's hands, in a folder of its own. `places` are the processes each of which says that it has reloaded, `again`
    how it is started once more, and who says that it is down for good."""

    def __init__(self, place, name, log="roster.log", places=1, again=None):
        self.place, self.folder, self.name, self.log, self.places = place, place.folder, name, place.folder / log, places
        self.address, self.again = place.folder / "roster.sock", again
        place.values |= AS_ROOT if ROOT else AS_USER
        place.values |= {
            "/run/roster/roster.sock": self.address, "/run/roster/roster.pid": self.folder / "roster.pid",
            "/etc/roster/roster.env": self.folder / "roster.env",
            "/var/log/roster/roster.log": self.folder / "roster.log", "/run/uwsgi/roster.pid": self.folder / "uwsgi.pid",
            "/run/service/roster": self.folder / "service/roster", "roster reload": f"{place.service.program} reload",
            "supervisorctl ": f"supervisorctl -c {self.folder}/supervisord.conf "}
        place.write("roster.env", f"DATABASE_URL={place.service.url}\nROSTER_API_KEYS={place.service.keys}\n")

    def blocks(self, language):
        return blocks(self.name, language, "launchers")

    def order(self, number):
        """A command of the page's, counted from the last: the end, and before it the reload."""
        return self.run(self.blocks("sh")[number])

    def run(self, command):
        command = filled_in(command, self.place.values)
        done = subprocess.run(["sh", "-c", command], env=cleaned() | {"SVDIR": str(self.folder / "service")},
                              capture_output=True, text=True, timeout=100, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.name}: {command}: {done.stdout}{done.stderr}")
        return done.stdout

    def count(self, text):
        return self.log.read_text().count(text) if self.log.exists() else 0

    def reload(self):
        before = self.count("reloaded")
        self.order(-2)
        if until(lambda: self.count("reloaded") >= before + self.places, 60) is None:
            raise RuntimeError(f"{self.name} does not have Roster reload")

    def serves(self):
        return accepts(self.address)

    def stop(self):
        """What is wrong with its end, and with a start that cannot succeed."""
        self.order(-1)
        if until(lambda: not self.serves(), 60) is None:
            yield f"{self.name}: somebody serves after its end"
        if self.again:
            start, status = self.again
            self.place.write("roster.env", "ROSTER_POOL_SIZE=0\n")
            self.run(start)
            if until(lambda: self.count("--pool-size must be") and self.run(status).startswith("down"), 20) is None:
                yield f"{self.name}: after a wrong setting: {self.run(status)}"


@contextlib.contextmanager
def daemon(place, name, places=1):
    """One that its command leaves behind; what the page says ends it, however the block does."""
    roster = Launched(place, name, places=places)
    roster.order(0)
    try:
        yield roster
    finally:
        if roster.serves():
            roster.order(-1)


def spawn_fcgi(place):
    return daemon(place, "spawn-fcgi")


def multiwatch(place):
    return daemon(place, "multiwatch", places=2)


@contextlib.contextmanager
def supervisord(place):
    roster = Launched(place, "supervisord", "supervisord-output.log", places=2)
    log = f"stdout_logfile={roster.log}\n"
    path = place.write("supervisord.conf", SUPERVISORD.format(folder=roster.folder) + roster.blocks("ini")[0] + log)
    with place.running("supervisord", "-c", path, ready=lambda: roster.count("serving") == 2):
        yield roster


@contextlib.contextmanager
def socket_activate(place):
    roster = Launched(place, "systemd-socket-activate", "sh.log")
    roster.address = free_port()
    place.values |= {name: f"127.0.0.1:{roster.address}" for name in ("127.0.0.1:9000", "unix:/run/roster/roster.sock")}
    with place.running("sh", "-c", filled_in(roster.blocks("sh")[0], place.values), ready=roster.serves):
        yield roster


@contextlib.contextmanager
def runit(place):
    roster = Launched(place, "runit", "runsvdir.log", again=("sv up roster", "sv status roster"))
    (roster.folder / "service/roster").mkdir(parents=True)
    for name, block in zip(("run", "check", "finish"), roster.blocks("sh")):
        place.write(f"service/roster/{name}", block, 0o755)
    with place.running("runsvdir", "-P", roster.folder / "service", ready=roster.serves):
        yield roster


@contextlib.contextmanager
def s6(place):
    roster = Launched(place, "s6", "s6-svscan.log", again=("s6-svc -u /run/service/roster", "s6-svstat /run/service/roster"))
    (roster.folder / "service/roster").mkdir(parents=True)
    for name, block in zip(("run", "finish"), roster.blocks("sh")):
        place.write(f"service/roster/{name}", block, 0o755)
    place.write("service/roster/notification-fd", "3\n")
    place.write("service/roster/timeout-kill", "45000\n")
    with place.running("s6-svscan", roster.folder / "service", ready=roster.serves):
        yield roster


@contextlib.contextmanager
def uwsgi(place):
    roster = Launched(place, "uWSGI", "uwsgi-core.log")
    path = place.write("uwsgi.ini", roster.blocks("ini")[0])
    with place.running("uwsgi-core", "--ini", path, ready=roster.serves):
        yield roster


LAUNCHERS = {
    "spawn-fcgi": spawn_fcgi, "multiwatch": multiwatch, "supervisord": supervisord, "socket-activate": socket_activate,
    "runit": runit, "s6": s6, "uwsgi": uwsgi,
}
