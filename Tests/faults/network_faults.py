"""The network between Roster and PostgreSQL falls silent, resets connections, or is slow. Both go on meanwhile."""

import contextlib
import time

from stack.machine import ROOT
from stack.network import CLIENT, Network
from stack.service import Stack, until

from faults import ledger
from faults.cluster import PASSWORD, Cluster
from faults.load import Load
from faults.service import Service, folder_of
from faults.settings import CLIENTS, WRITES
from faults.slow_faults import HELD, judge_speed, judge_wait
from faults.table import Row, first_success, percentile

MIX = f"{CLIENTS} clients, 80 % writes"
# Seconds until the first success: TCP sends again what was lost, and what opens connections again, ever more seldom.
AUDIBLE = 5
RETURN = 1
LATENCY = 0.05


@contextlib.contextmanager
def apart(name):
    """Roster and its cluster, with a network in between."""
    with folder_of(name) as folder, Stack(folder) as stack:
        network = Network(stack)
        cluster = Cluster(stack, settings={"listen_addresses": network.address}, network=network.server)
        cluster.prepare()
        with open(cluster.data / "pg_hba.conf", "a", encoding="utf-8") as rules:
            rules.write(f"host roster roster {CLIENT}/32 scram-sha-256\n")
        cluster.sql("SELECT pg_reload_conf()", "postgres")
        service = Service(stack, cluster, url=f"postgresql://roster:{PASSWORD}@{network.address}/roster",
                          network=network.client)
        if until(service.is_complete, 30) is None:
            raise RuntimeError("Roster does not open all its connections")
        yield service, network


def disturbed(name, disturbance, seconds):
    """A row in whose middle the traffic is disturbed; with it the moments at which that began and ended."""
    row = Row(name, MIX)
    if not ROOT:
        row.require(False, "only root can make the network that this needs")
        return row, 0, 0
    with apart(name) as (service, network):
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES / 2)
            began = time.monotonic()
            with disturbance(network):
                time.sleep(seconds)
            back = time.monotonic()
            load.wait_for_success(back)
            time.sleep(AUDIBLE + 2)  # the rate after it is measured in this time
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        row.broken += ledger.verdicts(row.entries, service.cluster)
    return row, began, back


def silent(name):
    row, began, back = disturbed(name, lambda network: network.drop_traffic(), HELD)
    judge_wait(row, row.entries)
    row.recovered(first_success(row.entries, back), AUDIBLE)
    judge_speed(row, row.entries, began, back + AUDIBLE)
    return row


def resetting(name):
    row, began, back = disturbed(name, lambda network: network.reject_traffic(), 3)
    judge_wait(row, row.entries)
    row.recovered(first_success(row.entries, back), RETURN)
    judge_speed(row, row.entries, began, back + RETURN)
    return row


def slow(name):
    """Nothing fails: a request only takes the longer."""
    row, began, back = disturbed(name, lambda network: network.add_latency(LATENCY), 5)
    row.require_answers()
    during = [entry.took for entry in row.entries if began + 1 < entry.sent < back - 1]
    row.require(min(during, default=0) > 2 * LATENCY, "the traffic was not slow")
    row.require_within(percentile(during, 0.99), 1, "p99 meanwhile")
    return row


FAULTS = {"network-silent": silent, "network-reset": resetting, "network-slow": slow}
