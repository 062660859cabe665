"""Mean and p99 of requests that come at a rate, whether the others are answered or not: at half and at nine tenths of what each
peer answers in a closed loop. Each counts from when it was due."""

import statistics
import time

from bench import load
from bench.settings import USERS, WRITING
from stack.openloop import OpenLoop

SHARES = {"half": 0.5, "most": 0.9}
REQUESTS = {
    "read": lambda run: {"path": "/users/{random}"},
    "create": lambda run: {"path": "/users/", "method": "POST",
                           "body": f'{{"email":"new-{run}-{{number}}@example.com","name":"User {{number}}"}}'},
}


def capacities(cells, workload):
    """Of each peer: the highest rate of a closed loop, and its clients."""
    found = {}
    for key, cell in cells.items():
        name, clients, peer = key.split()
        if name == workload and cell["rate"] > found.get(peer, (0,))[0]:
            found[peer] = cell["rate"], int(clients)
    return found


def measure(target, workload, rate, clients, seconds):
    database = target.database
    with OpenLoop(f"127.0.0.1:{target.port}", **REQUESTS[workload](time.monotonic_ns()), rate=rate, seconds=seconds,
                  connections=clients, users=USERS) as sending:
        result = sending.result()
    load.drain(target, load.DRAIN)
    database.touched |= workload in WRITING
    database.restore()
    latency = result["latency"]
    return {"mean": latency["mean"], "p99": latency["p99"],
            "errors": result["count"] - result["statuses"].get("200", 0)}


def measured(target, workload, cells, rounds, seconds):
    """Rounds over all peers, by workload and peer; `target` gives what is behind a name."""
    found = {peer: {"capacity": rate, **{share: [] for share in SHARES}}
             for peer, (rate, _) in capacities(cells, workload).items()}
    for _ in range(rounds):
        for peer, (rate, clients) in capacities(cells, workload).items():
            for share, part in SHARES.items():
                found[peer][share].append(measure(target(peer), workload, rate * part, clients, seconds))
    for rows in found.values():
        for share in SHARES:
            rows[share] = {key: statistics.median(cell[key] for cell in rows[share]) for key in rows[share][0]}
    return found
