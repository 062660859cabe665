"""PostgreSQL hangs, a lock is held, there is more to do than it can."""

import time

from stack.service import until

from faults import ledger
from faults.cluster import stopped
from faults.load import Load, create, update
from faults.service import serving
from faults.settings import CLIENTS, WRITES
from faults.table import Row, first_success, percentile, rate

DEADLINE = 10
# What the load itself may add on a machine that is busy.
SLACK = 0.3
HELD = 14  # seconds: longer than the deadline
MEGABYTE = 1 << 20
FLAT = 8 * MEGABYTE


def hang(name):
    """Every process of PostgreSQL is stopped by the kernel, and goes on later."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES / 2)
            before, began = service.resident(), time.monotonic()
            with service.cluster.stopped():
                time.sleep(HELD)
                during = service.resident()
            back = time.monotonic()
            load.wait_for_success(back)
            time.sleep(3)  # the rate after it is measured over this time
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        judge_wait(row, row.entries)
        row.require(during - before < FLAT, f"a worker grew by {(during - before) / MEGABYTE:.1f} MiB")
        row.recovered(first_success(row.entries, back), 1)
        judge_speed(row, row.entries, began, back + 1)
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row


def judge_wait(row, entries):
    """Each request is answered in time: 503, or 504 where it is a write that may have been applied."""
    row.require_answers(503, 504)
    reads = [entry for entry in entries if entry.status == 504 and not entry.is_write]
    row.require(not reads, f"{len(reads):,} reads were answered with 504")
    late = [entry for entry in entries if entry.took > DEADLINE + SLACK]
    longest = max((entry.took for entry in late), default=0)
    row.require(not late, f"{len(late):,} answers took longer than {DEADLINE} s, the last {longest:.1f} s")


def judge_speed(row, entries, began, again):
    """Full speed: nothing is left to be made up for. A machine that others use too may give less at one time."""
    before, after = rate(entries, began - 2, began), rate(entries, again, again + 2)
    row.require(after > before * 0.6, f"{after:,.0f} requests a second afterwards, {before:,.0f} before")


def hang_one(name):
    """One backend is stopped; the others serve on."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES / 2)
            began = time.monotonic()
            with stopped(service.cluster.backends()[:1]):
                time.sleep(HELD)
            back = time.monotonic()
            time.sleep(3)  # as above
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        judge_wait(row, row.entries)
        judge_speed(row, row.entries, began, began + 3)
        row.recovered(first_success(row.entries, back), 1)
        row.broken += ledger.verdicts(row.entries, service.cluster)
        row.require_within(until(service.is_complete, 5), 5, "all connections are there again")
    return row


def lock(name):
    """Six clients want a row that somebody else has locked; the others want other rows."""
    row = Row(name, f"{CLIENTS} clients, 6 at a lock")
    with serving(name) as service:
        with Load(service.port, CLIENTS - 6) as load:
            load.wait_for_writes(WRITES / 2)
            began = time.monotonic()
            with Load(service.port, 6, lambda tag, _: update(tag, 1)) as locked:
                with service.cluster.session("SELECT 1 FROM users WHERE id = 1 FOR UPDATE"):
                    time.sleep(HELD)
                back = time.monotonic()
                locked.wait_for_success(back)
            time.sleep(3)  # as above
            load.wait_for_writes(WRITES)
        row.entries = [*load.entries, *locked.entries]
        judge_wait(row, row.entries)
        judge_speed(row, load.entries, began, began + 3)
        tail = percentile([entry.took for entry in load.entries if began < entry.sent < back], 0.99)
        row.require_within(tail, 1, "p99 of the others")
        row.recovered(first_success(locked.entries, back), 1)
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row


CROWD = 4000
# What a write takes on a slow disk; 16 connections do 800 such writes a second.
SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow();"""


def overload(name):
    """Many more clients than a slow PostgreSQL can serve, and they come back at once."""
    row = Row(name, f"{CROWD:,} clients, a write takes 20 ms")
    with serving(name) as service:
        before = service.resident()
        service.cluster.sql(SLOW)
        with Load(service.port, CROWD, lambda tag, _: create(tag)) as load:
            load.wait_for_writes(WRITES)
            time.sleep(10)  # long enough for every queue to be as full as it gets
            grown = service.resident() - before
        row.entries = load.entries
        row.require_answers(503)
        accepted, refused = ([entry.took for entry in row.entries if entry.status == status] for status in (200, 503))
        row.require(refused, "nothing was refused")
        row.require_within(percentile(accepted, 0.99), 1, "p99 of what was accepted")
        row.require_within(percentile(refused, 0.99), 1, "p99 of what was refused")
        row.require(grown < 64 * MEGABYTE, f"a worker grew by {grown / MEGABYTE:.1f} MiB")
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row


FAULTS = {"hang": hang, "hang-one": hang_one, "lock": lock, "overload": overload}
