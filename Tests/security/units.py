"""The units in debian/: how much they leave open, and whether the service works with what they leave."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import threading

from processes import running
from stack.machine import TOP, accepts
from stack.processes import children
from stack.service import wait_for
from unit_file import settings
from wire import Connection, ask, request

UNIT = TOP / "debian/roster.service"
# Ten times what systemd-analyze prints: "below 2".
HIGHEST_EXPOSURE = 19
FORBIDDEN = {
    "tracing": "ctypes.CDLL(None).ptrace(0, 0, 0, 0)",
    "a change of root": "os.chroot('/')",
    "a change of owner": "os.chown('/nothing', 0, 0)",
    "a packet socket": "socket.socket(socket.AF_PACKET)",
    "memory to write and execute": "mmap.mmap(-1, 4096, prot=7)",
    "a namespace": "sys.exit(ctypes.CDLL(None).unshare(0x20000))",
}


def check_exposure(stack):
    """What systemd-analyze thinks of the units."""
    result = run(["systemd-analyze", "security", "--offline=true", f"--threshold={HIGHEST_EXPOSURE}", "--no-pager", UNIT])
    if result.returncode:
        yield result.stdout + result.stderr
    result = run(["systemd-analyze", "verify", UNIT, UNIT.with_suffix(".socket")])
    yield from (line for line in result.stderr.splitlines() if "Command /usr/bin/roster is not executable" not in line)


def check_system_calls(stack):
    """Started through roster.socket's stand-in and under the unit's filters, the service does all that it has to."""
    confined = Confined(stack.folder / "confined")
    for name, call in FORBIDDEN.items():
        program = f"import ctypes, mmap, os, socket, sys; {call}"
        if run([*confined.command, "/usr/bin/python3", "-c", program]).returncode == 0:
            yield f"the filters allow {name}, so they are not those of the unit"
    with confined.service(stack) as service, stack.site(confined.socket).started() as site:
        yield from use(site, service)
        service.send_signal(signal.SIGTERM)
        if service.wait(60):
            yield f"the service ends with {service.returncode}"
    log = confined.log.read_text(encoding="utf-8")
    yield from (line for line in log.splitlines() if "by signal 31" in line or " error " in line)
    yield from check_names(confined)


class Confined:
    """A folder that everybody may enter, with what is to be started: the clone may be closed to www-data."""

    def __init__(self, folder):
        folder.mkdir(mode=0o755)
        roster = pathlib.Path(os.environ.get("ROSTER", TOP / ".build/release/roster"))
        for file in (UNIT, TOP / "Tests/security/confined.py", TOP / "Tests/security/unit_file.py", roster):
            shutil.copy(file, folder)
        self.roster, self.socket, self.log = folder / "roster", folder / "roster.sock", folder / "log"
        user = ["--reuid=www-data", "--regid=www-data", "--init-groups", "--bounding-set=-all"] if os.geteuid() == 0 else []
        self.command = [
            "setpriv", "--no-new-privs", *user, "--", "/usr/bin/python3", folder / "confined.py", folder / UNIT.name]

    @contextlib.contextmanager
    def service(self, stack):
        """The unit's own command, two workers on a socket that is handed over in LISTEN_FDS, as roster.socket's is."""
        command = [
            "systemd-socket-activate", f"--listen={self.socket}", "--setenv=PATH", "--setenv=ROSTER_WORKERS=2", *self.command,
            *settings(UNIT, "ExecStart")[0].split()]
        here = {"/usr/bin/roster": self.roster, "/etc/roster/roster.env": self.environment(stack)}
        with running([here.get(word, word) for word in command], self.log, lambda: accepts(self.socket)) as service:
            self.socket.chmod(0o666)  # nginx's workers are another user
            yield service

    def environment(self, stack):
        """What /etc/roster/roster.env would have."""
        file = self.roster.with_name("roster.env")
        url = f"postgresql://roster@/roster?host={stack.folder}/state/postgres"
        file.write_text(f"DATABASE_URL={url}\nROSTER_LOG_LEVEL=debug\n", encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(file, "www-data")
        file.chmod(0o400)
        return file


def use(site, service):
    """Every operation, a burst, a worker that is killed, a reload."""
    wait_for(lambda: ask(site, request("GET", "/users/")).status == 200)
    created = ask(site, request("POST", "/users/", b'{"email":"confined@b.co","name":"A"}'))
    path = "/users/" + created.body.partition(b'"id":')[2].partition(b",")[0].decode()
    for method, body, status in [
        ("GET", None, 200), ("PUT", b'{"email":"confined@c.co","name":"B"}', 200), ("PATCH", b'{"name":"C"}', 200),
        ("DELETE", None, 204), ("GET", None, 404),
    ]:
        answer = ask(site, request(method, path, body))
        if answer.status != status:
            yield f"{method} {path}: {answer.status} {answer.body}"
    burst(site)
    before = children(service.pid)
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: len(children(service.pid)) == 2 and children(service.pid) != before)
    before = children(service.pid)
    service.send_signal(signal.SIGHUP)  # as a reload does
    wait_for(lambda: len(children(service.pid)) == 2 and not set(children(service.pid)) & set(before))
    if ask(site, request("GET", "/users/")).status != 200:
        yield "after a reload a request fails"


def burst(site):
    """Eight clients at once, within the limits of the site."""
    def client():
        with Connection(site) as connection:
            connection.send(request("GET", "/users/?limit=10") * 30)
            for _ in range(30):
                connection.answer()
    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def check_names(confined):
    """Names are looked up on a thread of its own; a database that is not there is an error like any other."""
    for url in ("postgresql://nobody@database.invalid/x", "postgresql://nobody@localhost:1/x"):
        result = run([*confined.command, confined.roster, "check"], env=os.environ | {"DATABASE_URL": url})
        if result.returncode != 69:
            yield f"roster check on {url} ends with {result.returncode}: {result.stderr}"


def run(command, **options):
    return subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=120, check=False, **options)
