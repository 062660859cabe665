"""The units of debian/ under a real systemd, on a machine of their own, set up as README.md and the units say."""

import concurrent.futures
import json
import os
import shutil
import threading

from stack.machine import TOP, free_port
from stack.service import wait_for
from stack.systemd import booted, can_boot
from wire import ask, request

UNITS = TOP / "debian"
# What a process of the service is to look like, by /proc/PID/status.
CONFINED = dict.fromkeys(["CapEff", "CapPrm", "CapBnd", "CapAmb"], ["0" * 16]) | {"NoNewPrivs": ["1"], "Seccomp": ["2"]}


def check(stack):
    if not can_boot():
        print("        booted: only root can try the units, and not in every container", flush=True)
        return
    folder = stack.folder / "booted"
    folder.mkdir(mode=0o755)
    with booted(folder) as machine:
        install(machine, folder)
        machine.run("systemctl", "enable", "--now", "roster.socket", "roster.service")
        yield from looks(machine)
        yield from probed(machine)
        site = stack.site("/run/roster/roster.sock", folder)
        with site.started(machine.mounts):
            yield from serves(machine, site)
        yield from refuses(machine)


# --- The set-up


def install(machine, folder):
    """PostgreSQL as Debian sets it up, and what the README and the units tell an administrator to do."""
    roster = folder / "roster"
    shutil.copy(os.environ.get("ROSTER", TOP / ".build/release/roster"), roster)
    port = free_port()
    machine.shell(f"""
        version=$(ls /usr/lib/postgresql | sort -V | tail -n 1)
        pg_createcluster --port {port} "$version" booted -- --locale=C.UTF-8
        systemctl start "postgresql@$version-booted"
        deluser --quiet roster || true
        adduser --quiet --system --group --no-create-home --home /nonexistent roster
        su postgres -c 'createuser -p {port} roster && createdb -p {port} -O roster roster'
        install {roster} /usr/bin/roster
        install -d /etc/roster
        install -m 0640 -o root -g roster /dev/null /etc/roster/roster.env
        printf 'DATABASE_URL=postgresql:///roster?port={port}\\n' >/etc/roster/roster.env
        mkdir -p /srv/probe
        mount -t tmpfs -o mode=1777 tmpfs /srv/probe
        install -m 0755 {TOP}/Tests/security/probe.py /usr/local/lib/probe.py
        install -m 0644 {UNITS}/roster.service {UNITS}/roster.socket /etc/systemd/system/
        systemctl daemon-reload""")
    for name in ("tls", "docs"):
        shutil.copytree(folder.parent / "state" / name, folder / name)


# --- What is looked at


def looks(machine):
    """The socket's owner and place, and what the kernel says of each process."""
    found = machine.shell("stat -c '%U %G %a' /run/roster /run/roster/roster.sock").splitlines()
    if found != ["root root 755", "roster www-data 660"]:
        yield f"the socket and its folder are {found}"
    supervisor = machine.property("roster.service", "MainPID")
    user = machine.run("id", "-u", "roster")
    for pid in [supervisor, *workers(machine)]:
        status = machine.status(pid)
        yield from (f"process {pid} has {name} {status[name]}" for name in CONFINED if status[name] != CONFINED[name])
        if set(status["Uid"]) != {user} or status["Groups"] not in ([], [machine.run("id", "-g", "roster")]):
            yield f"process {pid} is of user {status['Uid']} and of groups {status['Groups']}"


def workers(machine):
    supervisor = machine.property("roster.service", "MainPID")
    return machine.run("pgrep", "-P", supervisor, check=False).split()


def probed(machine):
    """A program in the service's place can do none of what is forbidden."""
    unit = (UNITS / "roster.service").read_text(encoding="utf-8")
    machine.write("/etc/systemd/system/probe.service", unit)
    machine.write("/etc/systemd/system/probe.service.d/probe.conf", """[Service]
Type=oneshot
Restart=no
ExecReload=
ExecStart=
ExecStart=/usr/bin/python3 /usr/local/lib/probe.py
""")
    machine.shell("systemctl daemon-reload; systemctl start probe.service")
    lines = machine.run("journalctl", "--unit=probe.service", "--output=cat", "--no-pager").splitlines()
    found = json.loads(next(line for line in lines if line.startswith("{")))
    if found["could"] or found["could not"] or found["of"] < 30:
        yield f"under the unit, a program {found}"


# --- What it does


def serves(machine, site):
    """Reloads, restarts and ends of processes: nobody is refused."""
    wait_for(lambda: ask(site, request("GET", "/users/")).status == 200)
    created = ask(site, request("POST", "/users/", b'{"email":"booted@b.co","name":"A"}'))
    if created.status != 200:
        yield f"a user is not created: {created}"
    with Asking(site) as asking:
        before = workers(machine)
        machine.run("systemctl", "reload", "roster")
        wait_for(lambda: len(workers(machine)) == 2 and not set(workers(machine)) & set(before))
        machine.run("systemctl", "restart", "roster")
        machine.shell("kill -KILL $(systemctl show --value -p MainPID roster)")
        wait_for(lambda: machine.property("roster.service", "NRestarts") == "1" and len(workers(machine)) == 2)
        wait_for(lambda: machine.property("roster.service", "ActiveState") == "active")
    # What was under way in the processes that were killed is lost, one request for each client at most.
    if asking.statuses.count(200) < 20 or len(asking.statuses) - asking.statuses.count(200) > asking.clients:
        yield f"during reload, restart and kill -9 the answers were {sorted(asking.statuses)}"
    if machine.property("roster.service", "Result") != "success":
        yield machine.run("journalctl", "--unit=roster", "--no-pager")


class Asking:
    """Clients that ask all the time."""

    clients = 4

    def __init__(self, site):
        self.site, self.statuses, self.stop = site, [], threading.Event()
        self.executor = concurrent.futures.ThreadPoolExecutor(self.clients)

    def __enter__(self):
        for _ in range(self.clients):
            self.executor.submit(self.ask)
        return self

    def ask(self):
        while not self.stop.wait(0.1):
            self.statuses.append(ask(self.site, request("GET", "/users/?limit=1")).status)

    def __exit__(self, *_):
        self.stop.set()
        self.executor.shutdown()


def refuses(machine):
    """Settings that others could have written: it is not started, and not again and again."""
    machine.run("chmod", "0660", "/etc/roster/roster.env")
    machine.run("systemctl", "restart", "roster", check=False)
    wait_for(lambda: machine.property("roster.service", "ActiveState") == "failed")
    status = machine.property("roster.service", "ExecMainStatus")
    log = machine.run("journalctl", "--unit=roster", "--output=cat", "--no-pager")
    if status not in ("64", "78") or "others than its owner may write in /etc/roster/roster.env" not in log:
        yield f"with settings that others may write it ends with {status}: {log[-500:]}"
