"""Clients that go away in the middle of a request."""

import asyncio
import itertools
import random
import socket
import struct
import time

from stack.service import until

from faults import ledger
from faults.load import LOST, Entry, InThread, Load, mixed
from faults.service import serving
from faults.settings import ABORTS
from faults.table import Row

HURRIED = 64
MEGABYTE = 1 << 20
# Less than the smallest block of malloc's for each of 100,000 aborts.
FLAT = 2
# Seconds. Long enough for all connections to be full, shorter than whoever waits in the queue is let wait.
STANDSTILL = 0.3
# With this a socket is closed by a reset, as that of a process that was killed with data unread.
RESET = struct.pack("ii", 1, 0)


class Aborts(InThread):
    """Connects, sends a request, and is gone at once or soon, until the block ends, in a thread of its own."""

    def __init__(self, name, port):
        self.name, self.port = name, port
        super().__init__()

    async def run(self):
        await asyncio.gather(*(self.client(number) for number in range(HURRIED)))

    async def client(self, number):
        loop = asyncio.get_running_loop()
        for turn in itertools.count():
            if self.is_stopping:
                return
            kind, tag, text = mixed(f"{self.name}-{number}-{turn}", number)
            self.entries.append(Entry(kind, tag, time.monotonic(), status=LOST))
            with socket.socket() as client:
                client.setblocking(False)
                await loop.sock_connect(client, ("127.0.0.1", self.port))
                await loop.sock_sendall(client, text)
                if turn % 2:
                    await asyncio.sleep(random.uniform(0, 0.002))
                # One of twenty leaves politely; more would use up the ports.
                if turn % 20:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


# As long as most of the hurried clients stay. What they leave in the queue is dropped; otherwise their writes alone would be
# more than the pool can take.
SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow();"""


def abort(name):
    """Some while PostgreSQL answers nobody; beside them others work as always."""
    row, hurried = Row(name, ""), []
    with serving(name) as service:
        service.cluster.sql(SLOW)
        # The first ones show how much memory a worker ever needs at one time.
        before = abort_until(row, hurried, service, ABORTS // 2)
        after = abort_until(row, hurried, service, ABORTS // 2 + ABORTS)
        row.load = f"{service.statuses(499):,} aborts, 8 other clients"
        row.require_answers()
        row.require(before[0] == after[0], f"descriptors of the workers: {before[0]} before, {after[0]} afterwards")
        row.require(service.is_complete(), "connections to PostgreSQL are missing, or there are more than before")
        grown = (after[1] - before[1]) / MEGABYTE
        row.require(grown < FLAT, f"a worker grew by {grown:.1f} MiB")
        # What shares its connection with others is executed, whoever has gone; the workers end when all of it is.
        service.roster.end()
        status = service.roster.child.returncode
        row.require(status == 0, f"exit status {status} at the end, promised: 0")
        row.broken += ledger.verdicts([*row.entries, *hurried], service.cluster)
    return row


def abort_until(row, hurried, service, count):
    """Until nginx has counted so many requests that were ended by their clients; what the workers have at rest."""
    with Load(service.port, 8) as others, Aborts(f"{others.name}a", service.port) as aborts:
        until(lambda: service.statuses(499) > count / 2, 400)
        with service.cluster.stopped():
            time.sleep(STANDSTILL)
        until(lambda: service.statuses(499) > count, 400)
    aborted = service.statuses(499)
    row.require(aborted > count, f"only {aborted:,} requests were caught in the middle")
    row.entries += others.entries
    hurried += aborts.entries
    return service.at_rest(), service.resident()


FAULTS = {"abort": abort}
