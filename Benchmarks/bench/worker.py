"""Counts the instructions of a whole worker for reading one user, kernel and libraries of others apart: of each program
that is given.

    make bench-worker PROGRAMS="OLD/roster .build/release/roster"

One connection with one request at a time, so that nothing depends on which requests meet in a turn of the loop, and each
costs what those cost that meet nobody. valgrind's callgrind counts; what starts, stops and warms up a worker is in both of two runs,
and in the difference no more.
"""

import pathlib
import re
import sys

from bench import fastcgi
from bench.peers import BUILT
from stack import postgres
from stack.machine import TOP, temporary_folder
from stack.service import Stack

REQUESTS = 1000, 3000
# Under valgrind a start takes long, more so on a busy machine.
PATIENCE = 600
ENVIRONMENT = {
    # As a supervisor starts a worker.
    "GLIBC_TUNABLES": "glibc.malloc.tcache_max=16384:glibc.malloc.tcache_count=256",
    # Hash tables are filled in the same order each time.
    "SWIFT_DETERMINISTIC_HASHING": "1",
    **{f"ROSTER_{name}": str(PATIENCE) for name in ("POOL_TIMEOUT", "POOL_BUSY_TIMEOUT", "STATEMENT_TIMEOUT")},
}


def database(stack):
    cluster = postgres.Cluster(stack)
    cluster.start()
    cluster.sql("CREATE ROLE roster LOGIN", "postgres")
    cluster.sql("CREATE DATABASE roster OWNER roster", "postgres")
    cluster.psql("roster", "-c", "SET ROLE roster", "-c", (TOP / "schema.sql").read_text(),
                 "-c", "INSERT INTO users (email, name) VALUES ('user@example.com', 'User')")
    return f"{cluster.url()}&connect_timeout={PATIENCE}"


def collected(stack, program, requests, url, profile):
    """All instructions of a worker that has answered so many requests; what it did for them is in `profile`."""
    socket = stack.folder / f"{profile.name}.sock"
    worker = stack.start(
        profile.name, ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", program, "serve",
                       "--listen", f"unix:{socket}"],
        socket=socket, seconds=PATIENCE, environment={**ENVIRONMENT, "DATABASE_URL": url})
    with fastcgi.connect(socket) as client:
        client.settimeout(PATIENCE)
        for _ in range(requests):
            client.sendall(fastcgi.get("/users/1"))
            if not fastcgi.is_ok(fastcgi.answer(client)):
                sys.exit(f"{program} refuses a request: {worker.log.read_text()}")
    worker.end()
    found = re.search(r"Collected : (\d+)", worker.log.read_text())
    return int(found[1]) if found else sys.exit(f"callgrind has counted nothing:\n{worker.log.read_text()}")


def main(programs):
    BUILT.mkdir(parents=True, exist_ok=True)
    few, many = REQUESTS
    with temporary_folder("worker") as folder, Stack(folder) as stack:
        url, first = database(stack), None
        for number, program in enumerate(programs):
            counts = [collected(stack, pathlib.Path(program).absolute(), requests, url,
                                BUILT / f"worker-{number}-{requests}.callgrind") for requests in REQUESTS]
            each = (counts[1] - counts[0]) / (many - few)
            first = first or each
            print(f"{each:>10,.0f} instructions  {each / first - 1:>+8.2%}  {program}", flush=True)
    print(f"callgrind_annotate {BUILT.relative_to(TOP)}/worker-0-{many}.callgrind shows what they are.")


main(sys.argv[1:])
