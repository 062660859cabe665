"""Secrets that are changed under load: passwords, certificates and their authority, keys of the API."""

import signal
import subprocess
import time

from stack.service import until

from faults.certificates import authority, certificate, serving_by_tls
from faults.load import Load, mixed
from faults.refusals import ask_for_password
from faults.service import serving
from faults.settings import CLIENTS
from faults.table import Row

PASSWORDS, AUTHORITIES, KEYS = 20, 5, 10


def passwords(name):
    """The role gets another password, which the settings have a moment later: what is connected goes on, what comes next knows it."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes, {PASSWORDS} passwords")
    with serving(name, before=ask_for_password) as service:
        whole = service.settings.read_text()
        with Load(service.port, CLIENTS) as load:
            for number in range(PASSWORDS):
                load.wait_for_writes(load.writes + 200)
                service.cluster.sql(f"ALTER ROLE roster PASSWORD 'secret{number}'")
                load.wait_for_writes(load.writes + 200)
                service.settings.write_text(f"{whole}DATABASE_URL={service.cluster.url(f'secret{number}')}\n")
                require_successors(row, service, f"password {number}")
        row.entries = load.entries
        row.require_answers()
        row.require(not service.log_lines("secret"), "a password is in the log")
    return row


def require_successors(row, service, what):
    """After a reload, every worker is a new one and has all its connections."""
    before = set(service.responders())
    said = service.reload()
    row.require(said.returncode == 0, f"{what}: {said.stderr.strip()}")
    row.require(until(lambda: service.is_complete() and not before & set(service.responders()), 30) is not None,
                f"{what}: the workers of before, or too few connections")


# --- Certificates


def certificates(name):
    """A new authority in three steps: both sides know both; each side gets a certificate of the new one; the old one goes."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes, {AUTHORITIES} authorities")
    with serving_by_tls(name) as (service, keys):
        with Load(service.port, CLIENTS) as load:
            for number in range(AUTHORITIES):
                load.wait_for_writes(load.writes + 200)
                old, new = keys / "authority.crt", keys / f"{authority(keys, f'authority{number}')}.crt"
                replace(keys / "ca.crt", old.read_text() + new.read_text())
                step(row, service, f"authority {number}, known")
                for owner in "localhost", "roster":
                    certificate(keys, owner, new.stem)
                step(row, service, f"authority {number}, in use")
                replace(keys / "ca.crt", new.read_text())
                replace(old, new.read_text())
                step(row, service, f"authority {number}, alone")
        row.entries = load.entries
        row.require_answers()
    return row


def replace(file, text):
    """Whoever reads it finds the old or the new one whole."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.chmod(0o644)
    fresh.rename(file)


def step(row, service, what):
    service.cluster.sql("SELECT pg_reload_conf()", "postgres")
    require_successors(row, service, what)


# --- Keys of the API


def keys(name):
    """A new key is made known, the clients take it, and the old one is taken away."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes, {KEYS} keys")
    with serving(name) as service:
        file = service.folder / "api-keys"
        key, line = made(service, 0)
        replace(file, line)
        service.settings.write_text(f"{service.settings.read_text()}ROSTER_API_KEYS={file}\n")
        require_successors(row, service, "the first key")
        current = [key]
        with Load(service.port, CLIENTS, lambda tag, client: with_key(current[0], *mixed(tag, client))) as load:
            for number in range(1, KEYS):
                load.wait_for_writes(load.writes + 200)
                old, old_line, (current_key, line) = current[0], line, made(service, number)
                row.require(told(service, file, old_line + line), f"key {number} is not known within 5 s")
                current[0], switched = current_key, time.monotonic()
                until(lambda: all(entry.done for entry in load.entries if entry.sent <= switched), 30)
                row.require(told(service, file, line), f"key {number - 1} is not forgotten within 5 s")
                row.require(answers(service, old) == {401}, f"key {number - 1} is still good")
        row.entries = load.entries
        row.require_answers()
        row.require(not service.log_lines("roster_"), "a key is in the log")
    return row


def made(service, number):
    """A key, and its line for the file."""
    done = subprocess.run([service.program, "key", "new", f"client{number}", "--role", "writer"], capture_output=True,
                          text=True, check=True)
    return done.stderr.strip(), done.stdout


def told(service, file, lines):
    """Whether every worker has said that it has read the file, 5 s after it was written."""
    said = "the file of keys has been read again"
    workers, before = len(service.responders()), len(service.log_lines(said))
    replace(file, lines)
    service.roster.child.send_signal(signal.SIGHUP)
    return until(lambda: len(service.log_lines(said)) >= before + workers, 5) is not None


def with_key(key, kind, tag, text):
    return kind, tag, text.replace(b"\r\n", f"\r\nAuthorization: Bearer {key}\r\n".encode(), 1)


def answers(service, key):
    """What both workers say to it, among many answers."""
    return {service.status("/users/1", {"Authorization": f"Bearer {key}"}) for _ in range(20)}


FAULTS = {"secrets-rotated": passwords, "certificates-rotated": certificates, "keys-rotated": keys}
