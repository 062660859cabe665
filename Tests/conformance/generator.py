"""Requests from a seed, in scenarios.

A scenario is a generator: it yields requests and is sent the reference's answer to each, so that it can go on with the
id it got. It leaves the database as it found it, but for users that all scenarios may change as they like: `BASE`.
"""

from dataclasses import replace

import bodies
import headers
import targets
from drawn import RANDOM
from parts import BASE, CHUNK, USERS, send, user


def setup():
    """The users that all scenarios share."""
    for number in BASE:
        yield send("POST", USERS, user(f"base{number}@b.co", f"Base {number}"))


STORED = -5


def stored():
    """A user whose address would be refused today; `STORED` is its id."""
    for target in (f"/users/{STORED}", USERS, "/users/?limit=1", "/users/?skip=1"):
        yield send("GET", target)
    yield send("PATCH", f"/users/{STORED}", '{"name":"M"}')
    yield send("GET", f"/users/{STORED}")
    yield send("PATCH", f"/users/{STORED}", '{"email":"not an address"}')
    yield send("PATCH", f"/users/{STORED}", '{"email":"now@b.co"}')
    yield send("DELETE", f"/users/{STORED}")


TABLES = (
    bodies.values, bodies.broken, bodies.cut, bodies.characters, bodies.encodings, bodies.nesting, bodies.duplicates,
    headers.content_types, headers.control_characters, bodies.addresses, bodies.names, targets.integers,
    targets.queries, targets.paths, targets.methods, targets.documentation, headers.hosts, targets.sizes,
    bodies.long_inputs)


def scenarios(random, count):
    """Names and scenarios without end: in no order three quarters of `count` requests from the tables, which 25,000
    hold whole, and some at random; then random ones only."""
    listed = []
    for table in TABLES:
        requests = list(table())
        listed += [(table.__name__, requests[start:start + CHUNK]) for start in range(0, len(requests), CHUNK)]
    random.shuffle(listed)
    drawn, planned = [], 0
    for name, requests in listed:
        if planned + len(requests) <= count * 0.75:
            planned += len(requests)
            drawn.append((name, in_turn(requests)))
    drawn += [at_random(random) for _ in range((count - planned) // 60)]  # each has about 50
    random.shuffle(drawn)
    yield "setup", setup()
    for name, scenario in drawn:
        yield name, over_tls(scenario) if random.random() < TLS else scenario
    while True:
        yield at_random(random)


def at_random(random):
    families, weights = zip(*RANDOM)
    family = random.choices(families, weights)[0]
    return family.__name__, family(random)


# How many scenarios use nginx's other port.
TLS = 0.1


def over_tls(scenario):
    """The same, where it does not say otherwise."""
    answer = None
    try:
        while True:
            answer = yield replace(scenario.send(answer), secure=True)
    except StopIteration:
        pass


def in_turn(requests):
    for request in requests:
        yield request


if __name__ == "__main__":
    for table in TABLES:
        print(table.__name__, len(list(table())))
