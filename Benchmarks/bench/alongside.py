"""Cold start, memory, and how the cost of a read grows with the table."""

import contextlib
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from bench import fastcgi
from bench.load import Target, measure, run
from bench.peers import PEERS
from stack import processes
from stack.service import end, launch

STARTS = 10
CONNECTIONS = 1000
SIZES = (1_000, 100_000, 1_000_000, 10_000_000)
LOOKING = 0.1
# Until a backend has mapped the pages of PostgreSQL's memory that it needs, each first touch is a fault.
TOUCHING = 15
# A path that nginx's configuration need not know.
READ = "/users/1"


@contextlib.contextmanager
def fresh(peer, stack, database):
    """Another instance of a peer that has just given its first answer; the child, its folder, and how long it took."""
    # In the stack's folder, because PHP looks for PostgreSQL beside its own.
    folder = stack.folder / f"fresh-{time.monotonic_ns()}"
    folder.mkdir()
    command, environment = peer.command(folder, database.url()), peer.environment(database.url())
    began = time.monotonic()
    child = launch(folder / "log", command, environment=environment)
    try:
        while not first_answer(peer, folder):
            if child.poll() is not None or time.monotonic() > began + 60:
                raise SystemExit(f"{peer.name} does not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.0005)
        yield child.pid, folder, time.monotonic() - began
    finally:
        end(child)


def first_answer(peer, folder):
    """Whether a request straight to the socket is answered with 200."""
    try:
        with fastcgi.connect(folder / "socket") as client:
            if peer.speaks_fastcgi:
                client.sendall(fastcgi.get(READ, SCRIPT_FILENAME=str(folder / "scripts/index.php")))
                return fastcgi.is_ok(fastcgi.answer(client))
            client.sendall(f"GET {READ} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            return b" 200 " in client.recv(65536).split(b"\r\n", 1)[0]
    except OSError:
        return False  # too early


def cold_starts(names, stack, database):
    """Time to the first answer."""
    for name in names:
        times = []
        for _ in range(STARTS):
            with fresh(PEERS[name], stack, database) as (_, _, took):
                times.append(took)
        program = PEERS[name].program
        yield name, {"start": statistics.median(times), "program": os.path.getsize(program) if program else None}


def memory(names, target):
    """At rest, after the few requests of the comparison, and with 1,000 connections of clients through nginx, at the most
    of some looks; `target` gives what is behind a name."""
    for name in names:
        service = target(name).service
        idle, looks = sum(proportional(service.process)), []
        with ThreadPoolExecutor(1) as pool:
            load = pool.submit(run, target(name).port, "read", CONNECTIONS, 2, 1)
            while not load.done():
                looks.append(proportional(service.process))
                time.sleep(LOOKING)
        result = load.result()
        yield name, {"idle": idle, "connected": max(map(sum, looks)), "worst": max(map(max, looks)),
                     "errors": result["broken"] + result["refused"]}


def proportional(process):
    """Of each process of a peer."""
    return [processes.proportional(each) for each in processes.trees([process])[0]]


def direct_memory(stack, database):
    """A worker of Roster with its share of 1,000 FastCGI connections, each of which has made a request."""
    with fresh(PEERS["roster"], stack, database) as (process, folder, _), contextlib.ExitStack() as open_clients:
        clients = [open_clients.enter_context(fastcgi.connect(folder / "socket")) for _ in range(CONNECTIONS)]
        for client in clients:
            client.sendall(fastcgi.get(READ))
        if not all(fastcgi.is_ok(fastcgi.answer(client)) for client in clients):
            raise SystemExit("Roster refuses a request with 1,000 connections open.")
        return max(proportional(process))


def growth_name(size):
    return f"rows{size}"


def growth(stack, nginx, database, rounds, seconds, say):
    """CPU of a read of one user, by the number of users; each size with a Roster of its own."""
    targets = {}
    for size in SIZES:
        say(f"filling {size:,} rows")
        name = growth_name(size)
        database.fill(size, name)
        service = PEERS["roster"].start(stack, database.url(name), name)
        targets[size] = Target(nginx.ports[name], service, nginx.service, database)
        run(nginx.ports[name], "read", 64, TOUCHING, 1000, size)
    cells = {size: [] for size in SIZES}
    for turn in range(max(rounds, 3)):
        for size, target in targets.items():
            cells[size].append(measure(target, "read", 64, seconds, turn + 1, size))
    return {str(size): {key: statistics.median(cell[key] for cell in found) for key in ("own", "nginx", "postgres", "rate")}
            for size, found in cells.items()}
