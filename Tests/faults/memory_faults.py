"""What waits is large."""

import asyncio
import re
import time

from faults import fastcgi, ledger
from faults.load import LOST, Entry, InThread, Load, update
from faults.service import serving
from faults.settings import CLIENTS, WRITES
from faults.slow_faults import HELD, MEGABYTE, judge_wait
from faults.table import Row, first_success, percentile

LARGE = 300  # clients
# Of a worker, at most: what requests may take by default (64 MiB), and as much again, which malloc, JSON and libpq want for
# a moment or keep for the next time.
GROWTH = 128 * MEGABYTE
# Growth of what has grown once.
FLAT = 16 * MEGABYTE
# Seconds from a large body's first byte; reading them all takes some of it.
IN_TIME = 15
STATUS = re.compile(rb"Status: (\d{3})")


class LargeBodies(InThread):
    """Clients at Roster's own socket, each with a body of a mebibyte, one after the other until the block ends."""

    def __init__(self, name, path):
        self.name, self.path = name, path
        super().__init__()

    async def run(self):
        await asyncio.gather(*(self.client(number) for number in range(LARGE)))

    async def client(self, number):
        turn = 0
        while not self.is_stopping:
            turn += 1
            await self.ask(f"{self.name}-{number}-{turn}")
            await asyncio.sleep(0.5)

    async def ask(self, tag):
        head = f'{{"email":"{tag}@example.com","name":"{tag} '
        body = head.encode() + b"n" * (MEGABYTE - len(head) - 2) + b'"}'
        entry = Entry("create", tag, time.monotonic(), status=LOST)
        self.entries.append(entry)
        try:
            reader, writer = await asyncio.open_unix_connection(self.path)
            writer.write(fastcgi.request("POST", "/users/", body))
            answer = await asyncio.wait_for(reader.read(), 40)
            writer.close()
        except OSError:
            answer = b""
        found = STATUS.search(answer)
        entry.status = int(found[1]) if found else LOST
        entry.may_retry, entry.done = b"Retry-After" in answer, time.monotonic()


def large_bodies(name):
    """PostgreSQL hangs while bodies of a mebibyte come, more of them than there is memory for."""
    row = Row(name, f"{LARGE} clients with 1 MiB, {CLIENTS} others")
    with serving(name) as service:
        with Load(service.port, CLIENTS, lambda tag, client: update(tag), pause=0.02) as load:
            load.wait_for_writes(WRITES / 4)
            before, large = service.resident(), LargeBodies(f"{load.name}l", service.folder / "roster.sock")
            with service.cluster.stopped():
                with large:
                    grown = watch(row, service)
            back = time.monotonic()
            load.wait_for_success(back)
            load.wait_for_writes(WRITES / 2)
        row.entries = [*load.entries, *large.entries]
        judge_wait(row, load.entries)
        row.require_answers(503, 504)
        late = [entry for entry in large.entries if entry.took > IN_TIME]
        row.require(not late, f"{len(late):,} large bodies had no answer within {IN_TIME} s")
        row.require(max(grown) - before < GROWTH, f"a worker grew by {(max(grown) - before) / MEGABYTE:.1f} MiB")
        later = max(grown[len(grown) // 2:]) - max(grown[:len(grown) // 2])
        row.require(later < FLAT, f"a worker that had grown grew by {later / MEGABYTE:.1f} MiB more")
        row.require(len(large.entries) > 2 * LARGE, f"only {len(large.entries):,} large bodies came")
        row.recovered(first_success(load.entries, back), 1)
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row


def watch(row, service):
    """What the larger worker has, four times a second; small requests that need no database are answered meanwhile."""
    sizes, times, end = [], [], time.monotonic() + HELD
    while time.monotonic() < end:
        began = time.monotonic()
        status = service.status("/livez")
        times.append(time.monotonic() - began)
        row.require(status == 200, f"/livez: {status}")
        sizes.append(service.resident())
        time.sleep(0.25)
    row.require_within(percentile(times, 0.9), 1, "p90 of /livez")
    return sizes


FAULTS = {"large-bodies": large_bodies}
