"""The Debian package on a fresh machine: installed by the commands of its man page, upgraded under load, removed."""

import contextlib
import http.client
import json
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

from stack.service import wait_for
from stack.systemd import booted

HOST = "users.test"
# What a machine has before anything of ours comes; the rest of Debian is the mirror's that this machine uses.
FRESH = "systemd,systemd-sysv,dbus,ca-certificates,openssl"
CERTIFICATE = f"""
    mkdir -p /etc/letsencrypt/live/{HOST}
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST} \\
      -keyout /etc/letsencrypt/live/{HOST}/privkey.pem -out /etc/letsencrypt/live/{HOST}/fullchain.pem"""
# Files that dpkg, apt, systemd and PostgreSQL change whenever anything is installed.
NOT_OURS = r"/(proc|sys|dev|run|tmp|srv/shared|var/(lib/(dpkg|apt|postgresql|systemd|nginx)|cache|log)|root)(/|$)|/etc/ld.so.cache"


def main(package):
    with tempfile.TemporaryDirectory(prefix="roster-package-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        root = fresh(folder)
        shared = folder / "shared"
        shared.mkdir()
        shutil.copy(package, shared / "roster.deb")
        with booted(shared, root) as machine, told(machine):
            prepare(machine)
            before = files(machine)
            install(machine, shared)
            serves(machine)
            upgrade(machine, shared)
            refuse(machine, shared)
            remove(machine, before)


@contextlib.contextmanager
def told(machine):
    """What the machine itself says of a failure, since it is gone afterwards."""
    try:
        yield
    except BaseException:
        for command in ("systemctl status --no-pager --full roster.service", "journalctl --no-pager --lines=60"):
            print(f"--- {command}\n{machine.run(*command.split(), check=False)}\n---", file=sys.stderr, flush=True)
        raise


def step(text):
    print(f"ok      {text}", flush=True)


def fresh(folder):
    root = folder / "root"
    sources = next(pathlib.Path("/etc/apt").glob("sources.list.d/*.sources"), pathlib.Path("/etc/apt/sources.list"))
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=apt", f"--include={FRESH}", "bookworm", root, sources], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    shutil.copy("/etc/hosts", root / "etc/hosts")
    step("a fresh Debian 12")
    return root


def prepare(machine):
    """What is there before: a web server, a database, a certificate."""
    machine.shell("apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install nginx postgresql")
    machine.shell(CERTIFICATE)
    machine.shell("systemctl start postgresql nginx")


# --- Installed


def install(machine, shared):
    """The package, and then exactly the commands of its man page."""
    machine.shell(f"DEBIAN_FRONTEND=noninteractive apt-get -qy install {shared}/roster.deb")
    page = machine.shell("roster manual-page roster.8")
    block = re.search(r"\.EX\n(.*?)\n\.EE", page, re.S).group(1)
    commands = block.replace(r"\fIHOST\fR", HOST).replace(r"\-", "-").splitlines()
    if len(commands) > 4:
        raise AssertionError(f"with the package they are more than five commands: {commands}")
    for command in commands:
        machine.shell(command)
    step(f"apt-get install, and {len(commands)} commands of the man page")


def serves(machine):
    with connected() as client:
        created = client("POST", "/users/", {"email": "a@example.com", "name": "A"})
        assert created[0] == 200, created
        assert client("GET", "/users/1") == created, "what was created is not what is read"
        for page in ("/docs", "/redoc", "/openapi.json"):
            assert client("GET", page)[0] == 200, page
    machine.shell("su www-data -s /bin/sh -c 'roster ping --ready --listen unix:/run/roster/roster.sock'")
    owner = machine.shell("stat -c '%U %G %a' /etc/roster /etc/roster/roster.env /usr/bin/roster")
    assert owner.splitlines() == ["root roster 750", "root roster 640", "root root 711"], owner
    machine.shell("systemctl is-enabled roster.socket roster.service")
    machine.shell("bash -n /usr/share/bash-completion/completions/roster")
    step("HTTPS, pages, ping, owners")


@contextlib.contextmanager
def connected():
    """A client that does not look at the certificate, which is the test's own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", 443, context=context, timeout=30)

    def ask(method, path, body=None):
        headers = {"Host": HOST} | ({"Content-Type": "application/json"} if body else {})
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    try:
        yield ask
    finally:
        connection.close()


# --- Upgraded


@contextlib.contextmanager
def load():
    """Reads and writes until the end of the block; then the statuses, of which there are some."""
    statuses, end = [], threading.Event()

    def work(number):
        with connected() as client:
            count = 0
            while not end.wait(0.1):  # nginx permits one address 100 requests a second
                count += 1
                statuses.append(client("GET", "/users/1")[0])
                statuses.append(client("POST", "/users/", {"email": f"u{number}.{count}@example.com", "name": "U"})[0])

    threads = [threading.Thread(target=work, args=(len(statuses) * 10 + n + 1000 * load.rounds,)) for n in range(4)]
    load.rounds += 1
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        end.set()
        for thread in threads:
            thread.join()


load.rounds = 0


def changed(shared, version, program=None):
    """The package with another version, and perhaps another program."""
    tree, package = shared / version, shared / f"roster_{version}.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", shared / "roster.deb", tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub("^Version: .*", f"Version: {version}", control.read_text(), flags=re.M))
    if program:
        (tree / "usr/bin/roster").write_text(program)
        (tree / "usr/bin/roster").chmod(0o755)
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, package], check=True, stdout=subprocess.DEVNULL)
    return package


def upgrade(machine, shared):
    package = changed(shared, "99.1")
    supervisor, before = processes(machine)
    with load() as statuses:
        said = machine.shell(f"DEBIAN_FRONTEND=noninteractive apt-get -qy install {package} 2>&1")
        assert "cannot serve" not in said, said
        wait_for(lambda: not before & processes(machine)[1] and len(processes(machine)[1]) == 2, 60)
        count = len(statuses)
        wait_for(lambda: len(statuses) > count + 100, 60)
    assert set(statuses) == {200}, counted(statuses)
    assert processes(machine)[0] == supervisor, "the supervisor is another"
    step(f"upgraded under load, {len(statuses)} requests, none failed")


def refuse(machine, shared):
    """A version that does not fit the database: the old one goes on, and the reason is said."""
    package = changed(shared, "99.2", "#!/bin/sh\necho 'the database does not fit this program' >&2\nexit 78\n")
    before = processes(machine)
    with load() as statuses:
        said = machine.shell(f"DEBIAN_FRONTEND=noninteractive apt-get -qy install {package} 2>&1")
        count = len(statuses)
        wait_for(lambda: len(statuses) > count + 100, 60)
    assert "the new version cannot serve, and the old one goes on" in said, said
    assert "the database does not fit this program" in said, said
    assert set(statuses) == {200}, counted(statuses)
    assert processes(machine) == before, "workers were replaced"
    step(f"a version that does not fit: {len(statuses)} requests, none failed; {said.splitlines()[-1]}")


def processes(machine):
    supervisor = machine.property("roster.service", "MainPID")
    children = machine.run("cat", f"/proc/{supervisor}/task/{supervisor}/children", check=False)
    return supervisor, set(children.split())


def counted(statuses):
    return {status: statuses.count(status) for status in set(statuses)}


# --- Removed


def files(machine):
    lines = machine.shell("find / -xdev -not -type d 2>/dev/null; true").splitlines()
    return {line for line in lines if not re.match(NOT_OURS, line)}


def remove(machine, before):
    machine.shell("rm /etc/nginx/sites-enabled/roster.conf")
    machine.shell("DEBIAN_FRONTEND=noninteractive apt-get -qy remove roster")
    assert machine.run("systemctl", "is-active", "roster.socket", check=False) != "active", "the socket is there"
    assert machine.shell("grep -lx roster /proc/[0-9]*/comm || true") == "", "a process is there"
    assert machine.shell("cat /etc/roster/roster.env"), "the settings are gone before a purge"
    machine.shell("DEBIAN_FRONTEND=noninteractive apt-get -qy purge roster && "
                  "DEBIAN_FRONTEND=noninteractive apt-get -qy autoremove")
    left = sorted(files(machine) - before - {"/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"})
    assert left == [], f"left behind: {left}"
    assert machine.run("su", "postgres", "-c", "psql -Atqd roster -c 'SELECT count(*) > 0 FROM users'") == "t"
    step("removed and purged: nothing is left but the database and the user")


main(*sys.argv[1:])
