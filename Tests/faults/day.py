"""A day of work in ten minutes: a fault every twenty seconds, and nothing may grow."""

import itertools
import signal
import statistics
import time

from stack.postgres import FAST, IMMEDIATE
from stack.service import until

from faults import ledger
from faults.cluster import send, stopped
from faults.load import Load
from faults.service import serving
from faults.settings import DAY
from faults.table import Row

PERIOD = 20
PEOPLE = 32
MEGABYTE = 1 << 20


def terminate_backend(service):
    send(service.cluster.backends()[0], signal.SIGTERM)


def stop_backend(service):
    with stopped(service.cluster.backends()[:1]):
        time.sleep(3)


def hide_socket(service):
    backends = service.cluster.backends()
    with service.cluster.without_socket():
        for backend in backends:
            send(backend, signal.SIGTERM)
        time.sleep(2)


def hold_lock(service):
    with service.cluster.session("SELECT 1 FROM users WHERE id < 100 FOR UPDATE"):
        time.sleep(3)


def hang(service):
    with service.cluster.stopped():
        time.sleep(3)


HAPPENINGS = (
    terminate_backend,
    lambda service: service.cluster.restart(FAST),
    stop_backend,
    lambda service: send(service.responders()[-1], signal.SIGKILL),
    hide_socket,
    hold_lock,
    lambda service: service.cluster.restart(IMMEDIATE, 1),
    hang,
    lambda service: service.roster.child.send_signal(signal.SIGHUP),
)


def day(name):
    row, samples = Row(name, f"{PEOPLE} clients, a fault every {PERIOD} s, {DAY} s"), []
    with serving(name) as service:
        rest, end = service.at_rest(), time.monotonic() + DAY
        with Load(service.port, PEOPLE, pause=0.02) as load:
            for happening in itertools.cycle(HAPPENINGS):
                next_one = time.monotonic() + PERIOD
                if next_one > end:
                    break
                happening(service)
                row.recovered(until(service.is_complete, PERIOD), PERIOD / 2)
                time.sleep(max(0, next_one - time.monotonic()))
                samples.append(service.resident())
        again = service.at_rest()
        row.entries = load.entries
        row.require_answers(502, 503, 504)
        row.require(again == rest, f"descriptors of the workers: {rest} in the morning, {again} in the evening")
        judge_growth(row, samples)
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row


def judge_growth(row, samples):
    third = max(1, len(samples) // 3)
    morning, evening = statistics.median(samples[:third]), statistics.median(samples[-third:])
    row.require(evening < morning * 1.1 + MEGABYTE,
                f"a worker had {morning / MEGABYTE:.1f} MiB in the morning, {evening / MEGABYTE:.1f} in the evening")


FAULTS = {"day": day}
