"""Reloads under load, and without any: what is lost behind a web server."""

import collections
import threading
import time

from cases import Client, user

CLIENTS = 8
SECONDS = 3


def check(front, key, reload):
    """Clients that keep their connections create and list while the workers are replaced, twice."""
    statuses, stop = collections.Counter(), threading.Event()
    threads = [threading.Thread(target=load, args=(front, key, statuses, stop)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(SECONDS / 3)
        reload()
    time.sleep(SECONDS / 3)
    stop.set()
    for thread in threads:
        thread.join()
    yield from lost(statuses, "under load", front.may_lose)
    # Without load: the web server has idle connections, each of which might cost its next request.
    reload()
    statuses = collections.Counter()
    clients = [Client(front, front.prefixes[0], key) for _ in range(CLIENTS)]
    for client in clients * 4:
        statuses[client.ask("POST", "/users/", user())[0]] += 1
    yield from lost(statuses, "after an idle reload")


def load(front, key, statuses, stop):
    client = Client(front, front.prefixes[0], key)
    while not stop.is_set():
        statuses[client.ask("POST", "/users/", user())[0]] += 1
        statuses[client.ask("GET", "/users/?limit=1")[0]] += 1


def lost(statuses, when, may_lose=0):
    """All succeed, but for those that a web server which keeps connections may send in the moment in which one ends."""
    if statuses.total() - statuses[200] > may_lose or statuses[200] < 100 * may_lose:
        yield f"{when}: {dict(statuses)}"
