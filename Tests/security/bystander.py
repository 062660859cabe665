"""What a client at another address gets while somebody attacks from one, within nginx's limits."""

import collections
import concurrent.futures
import contextlib
import itertools
import multiprocessing
import os
import statistics
import threading
import time

from limits import OTHER
from wire import Connection, ask, request

# An attack goes on and off, so that what else the machine does falls on both; of each figure the middle round counts.
ROUNDS, ALONE, ATTACKED, WARMING = 3, 1.0, 2.0, 0.5  # seconds
PER_SECOND = 60
PATIENCE = 10  # seconds for an answer, errors among them
# The promise. What is less than the floor counts as the floor: on two cores that nginx, PostgreSQL, the service and
# both clients share, a request waits for its turn at the scheduler, some milliseconds for each of four processes.
FACTOR = 3
FLOORS = {"read": 5, "page": 5, "write": 10, "p99": 30}  # milliseconds

# Once.
USERS = """INSERT INTO users (email, name)
    SELECT 'user' || n || '@example.com', 'User ' || n FROM generate_series(1, 1000000) n
    WHERE NOT EXISTS (SELECT FROM users WHERE id >= 1000000)"""
READ = request("GET", "/users/1000")
FORK = multiprocessing.get_context("fork")


def check(attack, stack):
    """Yields what the bystander has to put up with beyond the promise."""
    alone, attacked, deeds = [], [], collections.Counter()
    stack.sql(USERS)
    attack.prepare(stack)
    with stack.site().started() as site:
        yield from settled(site)
        own = path_of_own(site)
        for _ in range(ROUNDS):
            yield from settled(site)
            alone.append(figures(measured(site, own, ALONE)))
            with Attackers(attack, site) as attackers:
                time.sleep(WARMING)
                attacked.append(figures(measured(site, own, ATTACKED)))
                yield from attack.judge(site)
            deeds += attackers.deeds
    yield from judged(alone, attacked)
    if not deeds:
        yield "the attackers did nothing"
    print(f"        {attack.name}: {described(alone)} alone, {described(attacked)} under {dict(deeds)}", flush=True)


# --- The attackers


class Attackers:
    """Clients of one address, in a process that leaves the processor to everybody else: theirs would be elsewhere."""

    def __init__(self, attack, site):
        self.stop, self.deeds = FORK.Event(), collections.Counter()
        self.results, sender = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=rage, args=(attack, site, self.stop, sender), daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        if self.results.poll(PATIENCE):
            self.deeds = self.results.recv()
        self.process.kill()
        self.process.join()


def rage(attack, site, stop, results):
    os.nice(10)
    attack.enter()
    deeds = collections.Counter()
    for number in range(attack.clients):
        threading.Thread(target=go_on, args=(attack, site, number, stop, deeds), daemon=True).start()
    stop.wait()
    results.send(collections.Counter(dict(deeds)))
    os._exit(0)  # without waiting for those in the middle of something


def go_on(attack, site, number, stop, deeds):
    """One client: what it does, again and again; when it was thrown out, from the beginning."""
    while not stop.is_set():
        try:
            for deed in attack.client(site, number):
                deeds[deed] += 1
                if stop.wait(0.2 if deed == 429 else 0):
                    return
        except (OSError, EOFError, ValueError) as error:
            deeds[type(error).__name__] += 1
            stop.wait(0.05)


# --- The bystander


def path_of_own(site):
    """A user of the bystander's own."""
    email = f"bystander{time.monotonic_ns()}@b.co".encode()
    created = ask(site, request("POST", "/users/", b'{"email":"%s","name":"A"}' % email), source=OTHER)
    if created.status != 200:
        raise ValueError(f"before the attack a user is not created: {created}")
    return "/users/" + created.body.partition(b'"id":')[2].partition(b",")[0].decode()


def settled(site):
    """When an attack has ended, nothing of it is left: soon five reads in turn are as fast as ever."""
    line, quick, began = Line(site), 0, time.monotonic()
    while quick < 5:
        asked = time.monotonic()
        if asked - began > PATIENCE:
            yield f"{PATIENCE} s after an attack, reads are not as fast as before"
            return
        quick = quick + 1 if line.ask(READ) == 200 and time.monotonic() - asked < 0.05 else 0


def measured(site, own, seconds):
    """(kind, milliseconds since it was due, status) of each request, from a process of its own."""
    results, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: sender.send(stand_by(site, own, seconds)), daemon=True)
    process.start()
    try:
        if not results.poll(seconds + 4 * PATIENCE):
            raise TimeoutError("the bystander has no result")
        return results.recv()
    finally:
        process.kill()
        process.join()


def stand_by(site, own, seconds):
    """Requests at fixed times, whether earlier ones are answered or not."""
    kinds = itertools.cycle([
        ("read", request("GET", own)), ("page", request("GET", "/users/?skip=2000&limit=10")),
        ("write", request("PATCH", own, b'{"name":"B"}'))])
    lines = [Line(site) for _ in range(24)]
    free = collections.deque(lines)
    with concurrent.futures.ThreadPoolExecutor(len(lines)) as executor:
        began, futures = time.monotonic() + 0.02, []
        for number, (kind, data) in zip(range(int(seconds * PER_SECOND)), kinds):
            due = began + number / PER_SECOND
            time.sleep(max(0, due - time.monotonic()))
            futures.append(executor.submit(take, free, kind, data, due))
    return [future.result() for future in futures]


def take(free, kind, data, due):
    line = free.popleft()
    try:
        status = line.ask(data)
    finally:
        free.appendleft(line)
    return kind, (time.monotonic() - due) * 1000, status


class Line:
    """A connection that is kept, and made anew after an error."""

    def __init__(self, site):
        self.site, self.connection = site, None

    def ask(self, data):
        """The status, or the name of the error."""
        try:
            self.connection = self.connection or Connection(self.site, timeout=PATIENCE, source=OTHER)
            self.connection.send(data)
            return self.connection.answer().status
        except (OSError, EOFError) as error:
            with contextlib.suppress(AttributeError):
                self.connection.socket.close()
            self.connection = None
            return type(error).__name__


# --- The verdict


def figures(results):
    """The median of each kind, the 99th percentile of all, and what was no 200."""
    found = {kind: statistics.median(took for name, took, _ in results if name == kind)
             for kind in ("read", "page", "write")}
    everything = sorted(took for _, took, _ in results)
    errors = collections.Counter(status for _, _, status in results if status != 200)
    return found | {"p99": everything[int(len(everything) * 0.99)], "errors": errors}


def middle(rounds, name):
    return statistics.median(figures[name] for figures in rounds)


def judged(alone, attacked):
    if errors := sum((figures["errors"] for figures in attacked), collections.Counter()):
        yield f"of {int(ROUNDS * ATTACKED * PER_SECOND)} requests of a bystander fail {dict(errors)}"
    for name, floor in FLOORS.items():
        before, after = max(floor, middle(alone, name)), middle(attacked, name)
        if after > FACTOR * before:
            yield (f"{name} takes {after:.1f} ms instead of {middle(alone, name):.1f} ms"
                   f" (at most {FACTOR} × {before:.1f} ms)")


def described(rounds):
    return "/".join(f"{middle(rounds, name):.1f}" for name in FLOORS) + " ms"
