"""`make faults`: each fault with the real parts. Prints a row for each; ends with 1 where a promise is broken."""

import argparse
import resource
import signal
import sys
import traceback

from faults import (
    client_faults, database_faults, day, failover, lane_faults, log_faults, memory_faults, neighbour_faults,
    network_faults, page_faults, pooler_faults, process_faults, refusals, reload_faults, rotation_faults, slow_faults, tls_faults)
from faults.settings import chosen
from faults.table import HEAD, Row

FAULTS = {
    **process_faults.FAULTS, **reload_faults.FAULTS, **rotation_faults.FAULTS, **neighbour_faults.FAULTS,
    **database_faults.FAULTS, **slow_faults.FAULTS, **memory_faults.FAULTS, **refusals.FAULTS, **network_faults.FAULTS,
    **client_faults.FAULTS, **failover.FAULTS, **pooler_faults.FAULTS, **tls_faults.FAULTS, **page_faults.FAULTS,
    **lane_faults.FAULTS, **log_faults.FAULTS, **day.FAULTS}


def run(name):
    try:
        return FAULTS[name](name)
    except Exception:  # a row that cannot be finished has not kept its promise
        return Row(name, "–", broken=traceback.format_exc().splitlines())


def raise_limit():
    """Every client is a descriptor, and so is every request in nginx and in Roster, which inherit this."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    raise_limit()
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"as in FAULTS=…; by default all: {', '.join(FAULTS)}")
    names = chosen(FAULTS, parser.parse_args().names)
    print(HEAD, flush=True)
    failed = 0
    for name in names:
        row = run(name)
        failed += bool(row.broken)
        print(row.text(), flush=True)
    print(f"{len(names) - failed} passed, {failed} failed; what the parts said is in .build/faults")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
