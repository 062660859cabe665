"""PostgreSQL over TLS, with certificates on both sides."""

import http.client
import json
import time

from faults import ledger
from faults.certificates import serving_by_tls
from faults.load import Load, mixed, request
from faults.settings import CLIENTS, WRITES
from faults.table import Row

IN_TIME = 10  # seconds
LONG = 100_000
# Around the length of a TLS record, 16 KiB, and beyond it.
LENGTHS = 16_000, 16_200, 16_384, 16_500, 33_000, LONG, 1_000_000
PAGE = 10_000  # users, and a megabyte


def tls(name):
    """Names and pages that do not fit in a TLS record, under load."""
    row = Row(name, f"{CLIENTS} clients, 1 of 20 writes {LONG // 1000} kB")
    with serving_by_tls(name) as (service, _):
        cluster = service.cluster
        encrypted = cluster.sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                                " WHERE usename = 'roster' AND ssl AND client_dn = '/CN=roster'", "postgres")
        row.require(int(encrypted) == service.workers * service.pool, f"only {encrypted} connections are encrypted")
        with Load(service.port, CLIENTS, partly_long) as load:
            while load.writes < WRITES:
                judge_contents(row, service)
        row.entries = load.entries
        row.require_answers()
        slow = [entry for entry in row.entries if entry.took > IN_TIME]
        row.require(not slow, f"{len(slow):,} answers took longer than {IN_TIME} s")
        row.broken += ledger.verdicts(row.entries, cluster)
    return row


def partly_long(tag, client):
    """A name that begins with its tag."""
    if client % 20:
        return mixed(tag, client)
    return "create", tag, request("POST", "/users/", json.dumps(
        {"email": f"{tag}@example.com", "name": f"{tag} {'n' * LONG}"}))


def judge_contents(row, service):
    """What was written is what is read, byte by byte, alone and among others."""
    for length in LENGTHS:
        name = "".join(chr(0x41 + number % 57) for number in range(length - 1)) + "é"
        status, user = ask(service, "POST", "/users/", {"email": f"l{time.monotonic_ns()}@example.com", "name": name})
        row.require(status == 200 and user["name"] == name, f"a name of {length:,} bytes: {status}")
        status, found = ask(service, "GET", f"/users/{user['id']}")
        row.require(status == 200 and found == user, f"reading a name of {length:,} bytes: {status}")
        status, _ = ask(service, "DELETE", f"/users/{user['id']}")
        row.require(status == 204, f"deleting a name of {length:,} bytes: {status}")
    status, page = ask(service, "GET", f"/users/?limit={PAGE}")
    row.require(status == 200 and [user["id"] for user in page] == list(range(1, PAGE + 1)),
                f"a page of {PAGE:,} users: {status}")


def ask(service, method, path, body=None):
    client = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        client.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = client.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None
    finally:
        client.close()


FAULTS = {"tls": tls}
