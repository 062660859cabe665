"""The Debian package on a fresh machine: installed by the commands of its man page, upgraded under load, removed."""

import contextlib
import http.client
import json
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading

from stack.machine import TOP
from stack.service import wait_for
from stack.systemd import booted

HOST = "users.test"
# What a machine has before anything of ours comes; the rest of Debian is the mirror's that this machine uses.
FRESH = "systemd,systemd-sysv,dbus,ca-certificates,curl,openssl"
# Files that dpkg, apt, systemd and PostgreSQL change whenever anything is installed.
NOT_OURS = r"/(proc|sys|dev|run|tmp|srv/shared|var/(lib/(dpkg|apt|postgresql|systemd|nginx)|cache|log)|root)(/|$)|/etc/ld.so.cache"


def main(package):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # else the machine would go on
    with tempfile.TemporaryDirectory(prefix="roster-package-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        root = fresh(folder)
        with shared_with(folder / "newcomer", root, package) as (machine, shared):
            begin(machine, shared)
            follow_guide(machine, shared)
        with shared_with(folder / "administrator", root, package) as (machine, shared):
            prepare(machine)
            before = files(machine)
            install(machine, shared)
            upgrade(machine, shared)
            refuse(machine, shared)
            remove(machine, before)


@contextlib.contextmanager
def shared_with(folder, root, package):
    """A machine that has these files only, and a folder that it shares, in which the package lies."""
    folder.mkdir()
    shutil.copy(package, folder / "roster_0_all.deb")
    with booted(folder, root) as machine, told(machine):
        yield machine, folder


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


def begin(machine, shared):
    """Somebody has this Debian, the package, a certificate, and types what the man page says. Nobody is there to say yes."""
    machine.write("/etc/apt/apt.conf.d/90yes", 'APT::Get::Assume-Yes "true";\n')
    machine.shell("apt-get -q update")
    shutil.copy(TOP / "debian/tests/serves", shared)
    machine.shell(f"DEBIAN_FRONTEND=noninteractive {shared}/serves {shared}")
    step("a working HTTPS API in the five commands of the man page")


def follow_guide(machine, shared):
    """What operations.md says by task, of which the beginning is the man page's, and done already."""
    chain = f"/etc/letsencrypt/live/{HOST}/fullchain.pem"
    machine.shell(f"cp {chain} /usr/local/share/ca-certificates/test.crt && update-ca-certificates && echo 127.0.0.1 {HOST} >>/etc/hosts")
    document = (TOP / "Documentation/operations.md").read_text(encoding="utf-8")
    guide = re.search(r"^## By task\n(.*?)^## ", document, re.MULTILINE | re.DOTALL)[1].replace("HOST", HOST)
    commands = re.findall(r"^\$ (.*)$", "\n".join(re.findall(r"^```console\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)), re.MULTILINE)
    page = machine.shell("roster manual-page roster.8").replace("\\-", "-").replace("\\fIHOST\\fR", HOST)
    begun, rest = commands[:5], commands[5:]
    assert "\n".join(begun) in page, f"the man page says other than {begun}"
    before = machine.shell(f"curl --fail --silent --insecure https://{HOST}/users/")
    for command in rest:
        machine.shell(f"cd {shared} && export DEBIAN_FRONTEND=noninteractive && {command}")
    assert machine.shell(f"curl --fail --silent https://{HOST}/users/") == before != "[]", "what was backed up is not what is there"
    step(f"the {len(rest)} commands of operations.md, by task")


def prepare(machine):
    """What is there before: a web server and a database."""
    machine.shell("apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install nginx postgresql")


def install(machine, shared):
    """The package, and then what its own test does, which begins with the commands of the man page."""
    machine.shell(f"DEBIAN_FRONTEND=noninteractive apt-get -qy install {shared}/roster_0_all.deb")
    shutil.copy(TOP / "debian/tests/serves", shared)
    machine.run(shared / "serves")
    step("installed beside nginx and PostgreSQL, and the package's own test: pages, owners, reload")


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
    """The package with another version, and perhaps another program, beside which stands the one before."""
    tree, package = shared / version, shared / f"roster_{version}.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", shared / "roster_0_all.deb", tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub("^Version: .*", f"Version: {version}", control.read_text(), flags=re.M))
    if program:
        (tree / "usr/bin/roster").rename(tree / "usr/bin/roster.before")
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


# A version that its own check refuses, and one whose workers end; what is said of each.
REFUSED = {
    "99.2": ("#!/bin/sh\necho 'the database does not fit this program' >&2\nexit 78\n", "does not fit this program"),
    "99.3": ('#!/bin/sh\n[ "$1" != serve ] || exit 78\nexec "$0.before" "$@"\n', "journalctl --unit=roster has the reason"),
}


def refuse(machine, shared):
    """A version that cannot serve: the old one goes on, and the reason is said."""
    for version, (program, reason) in REFUSED.items():
        package = changed(shared, version, program)
        before = processes(machine)
        with load() as statuses:
            said = machine.shell(f"DEBIAN_FRONTEND=noninteractive apt-get -qy install {package} 2>&1")
            count = len(statuses)
            wait_for(lambda: len(statuses) > count + 100, 60)
        assert "the new version cannot serve, and the old one goes on" in said and reason in said, said
        assert set(statuses) == {200}, counted(statuses)
        assert processes(machine) == before, "workers were replaced"
        step(f"a version that cannot serve: {len(statuses)} requests, none failed; {said.splitlines()[-1]}")
    assert "the reload was given up" in machine.run("journalctl", "--unit=roster", "--output=cat", "--lines=20")


def processes(machine):
    supervisor = machine.property("roster.service", "MainPID")
    children = machine.run("cat", f"/proc/{supervisor}/task/{supervisor}/children", check=False)
    return supervisor, set(children.split())


def counted(statuses):
    return {status: statuses.count(status) for status in set(statuses)}


def files(machine):
    lines = machine.shell("find / -xdev -not -type d 2>/dev/null; true").splitlines()
    return {line for line in lines if not re.match(NOT_OURS, line)}


def remove(machine, before):
    machine.shell("rm -r /etc/letsencrypt /etc/nginx/sites-enabled/roster.conf")
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
