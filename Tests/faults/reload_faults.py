"""Reloads without measure: a storm of them, fifty in a row, settings that cannot be."""

import pathlib
import re
import signal
import time

from stack.machine import ROOT
from stack.service import until

from faults.load import Load, read
from faults.service import serving
from faults.settings import CLIENTS
from faults.table import Row

STORM, STORM_SECONDS = 200, 2
GENERATIONS = 50


# --- A storm


def reload_storm(name):
    """200 SIGHUPs in 2 s under load; then some at every moment of a start, and of an end."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes, {STORM} reloads")
    with serving(name) as service:
        before = kinds(service.roster.process)
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(1000)
            storm(service)
            row.require(until(lambda: is_at_rest(service), 60) is not None, "it does not come to rest")
            load.wait_for_writes(load.writes + 1000)
        row.entries = load.entries
        row.require_answers()
        row.require(len(service.responders()) == service.workers, "there is more than one generation")
        row.require(kinds(service.roster.process) == before, f"descriptors: {kinds(service.roster.process)}, before: {before}")
        row.require(end_in_storm(service) == 0, "SIGTERM among SIGHUPs does not end it with 0")
        row.require(begins_in_storm(service), "SIGHUPs keep it from starting")
    return row


def storm(service):
    for _ in range(STORM):
        service.roster.child.send_signal(signal.SIGHUP)
        time.sleep(STORM_SECONDS / STORM)


def is_at_rest(service):
    """The last reload that was asked for is over, and all that were replaced have ended."""
    workers = set(service.responders())
    return service.is_complete() and until(lambda: set(service.responders()) != workers, 2) is None


def end_in_storm(service):
    service.roster.child.send_signal(signal.SIGTERM)
    until(lambda: ended(service, signal.SIGHUP), 40, pause=0.01)
    return service.roster.child.returncode


def ended(service, number):
    if service.roster.child.poll() is None:
        service.roster.child.send_signal(number)
        return False
    return True


def begins_in_storm(service):
    """From when it listens; before it can take a signal, the kernel would end it."""
    listening = len(service.log_lines("listening on"))
    service.roster.ready = lambda: len(service.log_lines("listening on")) > listening
    service.roster.start()
    until(lambda: service.is_complete() or ended(service, signal.SIGHUP), 30, pause=0.01)
    return service.roster.child.poll() is None and until(lambda: service.is_complete(), 30) is not None


# --- Fifty generations


def generations(name):
    """What a worker is given is the same in the fiftieth generation as in the first."""
    row = Row(name, f"{GENERATIONS} reloads")
    if not ROOT:
        row.require(False, "only root can look into the workers")
        return row
    with serving(name) as service:
        service.nginx.end()
        first, supervisor = given(service), kinds(service.roster.process)
        for number in range(GENERATIONS - 1):
            before = set(service.responders())
            service.roster.child.send_signal(signal.SIGHUP)
            if until(lambda: service.is_complete() and not before & set(service.responders()), 60) is None:
                row.require(False, f"reload {number + 1} was not complete after 60 s")
                break
        for one, other in zip(first, given(service)):
            for what in one:
                row.require(one[what] == other[what], f"{what}: {other[what]}, in the first generation: {one[what]}")
        row.require(kinds(service.roster.process) == supervisor, f"the supervisor has {kinds(service.roster.process)}")
    return row


def given(service):
    """Of each worker: signals, descriptors, environment, umask, limits, working directory."""
    until(lambda: all(kinds(worker).get("socket", 0) > service.pool for worker in service.responders()), 10)
    return sorted(map(inherited, service.responders()), key=lambda worker: worker["environment"])


def inherited(worker):
    process = pathlib.Path(f"/proc/{worker}")
    status = dict(re.findall(r"^(\w+):\s+(.*)$", (process / "status").read_text(), re.MULTILINE))
    return {
        "status": {key: status[key] for key in ("SigBlk", "SigIgn", "SigCgt", "Umask", "Groups", "NoNewPrivs", "Seccomp")},
        "descriptors": kinds(worker), "environment": environment((process / "environ").read_text()),
        "limits": (process / "limits").read_text(), "folder": str((process / "cwd").readlink())}


def environment(text):
    """Of what a supervisor tells a worker, the numbers are each worker's own: descriptors, seats, the first of its place."""
    return sorted(re.sub(r"^(ROSTER_[A-Z]+)=[\d,]+$", r"\1", line) for line in text.split("\0") if "ROSTER_TRIAL" not in line)


def kinds(process):
    """How many descriptors of each kind, or to each file."""
    found = {}
    for file in pathlib.Path(f"/proc/{process}/fd").iterdir():
        kind = re.sub(r":\[\d+\]", "", str(file.readlink()))
        found[kind] = found.get(kind, 0) + 1
    return found


# --- Settings that cannot be

BROKEN = [
    *(f"ROSTER_POOL_SIZE={value}" for value in ("0", "1001", "-1", "x", "1e3", "99999999999999999999", "8 9")),
    *(f"ROSTER_STATEMENT_TIMEOUT={value}" for value in ("-1", "nan", "99999999999999999999", "1 s")),
    *(f"ROSTER_DRAIN_TIMEOUT={value}" for value in ("-1", "x", "nan", "1e999")),
    *(f"ROSTER_{name}=x" for name in ("MAX_NAME_LENGTH", "MAX_BODY", "MAX_MEMORY", "POOL_TIMEOUT", "POOL_BUSY_TIMEOUT", "POOL_RECYCLE",
                                      "POOL_QUEUE", "STATEMENT_TIMEOUT", "LOG_LEVEL", "ECHO")),
    "ROSTER_API_KEYS=/nonexistent/keys", "DATABASE_URL=nonsense", "DATABASE_URL=postgresql:///roster?sslmode=nonsense",
    "DATABASE_URL=postgresql:///roster?nonsense=1", "no equals sign", "PGPASSWORD='never closed", "PGPASSWORD=back\\slash",
]


def broken_settings(name):
    """Thirty files that are wrong, one after the other; each reload tells why it was given up, and nobody notices."""
    row = Row(name, f"8 clients, {len(BROKEN)} files")
    with serving(name) as service:
        workers = set(service.responders())
        whole = service.settings.read_text()
        with Load(service.port, 8, lambda tag, _: read(tag), pause=0.01) as load:
            for line in BROKEN:
                service.settings.write_text(f"{whole}{line}\n")
                said = service.reload()
                row.require(said.returncode == 1 and names(line, said.stderr), f"{line}: status {said.returncode}: {said.stderr.strip()}")
            row.require(set(service.responders()) == workers, "workers were replaced")
            service.settings.write_text(whole)
            said = service.reload()
            row.require(said.returncode == 0, f"what was there before: {said.stderr.strip()}")
        row.entries = load.entries
        row.require_answers()
    return row


def names(line, said):
    """Whether the reason names the setting as whoever reads it knows it, or the line that is none."""
    setting = line.partition("=")[0].removeprefix("ROSTER_").lower().replace("_", "-")
    return any(word in said.lower() for word in (setting, setting.replace("-", "_"), "line", "database", "sslmode", "/nonexistent"))


FAULTS = {"reload-storm": reload_storm, "generations": generations, "broken-settings": broken_settings}
