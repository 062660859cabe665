"""Attacks the production site of nginx in front of a real Roster on a real PostgreSQL; see Documentation/threat-model.md.

    Tests/security/run [PART...]

Prints a line for each part, and of one that failed what is wrong.
"""

import concurrent.futures
import contextlib
import itertools
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

import answers
import cors
import limits
import proportion
import scanners
import smuggling
import streams
import units
from processes import SECONDS, TOP, free_port, running
from production import Site

PARTS = {
    "testssl": scanners.check_testssl,
    "gateway-timeout": answers.check_gateway_timeout,
    "slow-clients": limits.check_slow_clients,
    "sqlmap": scanners.check_sqlmap,
    "sqlmap-itself": scanners.check_sqlmap_itself,
    "gixy": scanners.check_gixy,
    "units": units.check_exposure,
    "system-calls": units.check_system_calls,
    "answers": answers.check,
    "no-service": answers.check_without_service,
    "rate": limits.check_rate,
    "connections": limits.check_connections,
    "streams": streams.check,
    "large-bodies": proportion.check_bodies,
    "deep-pages": proportion.check_pages,
    "cors": cors.check,
    "sizes": limits.check_sizes,
    "smuggling": smuggling.check,
}


class Stack:
    """What nginx/run has started: the service, its database and its pages. Each part puts a site of its own before it."""

    def __init__(self, folder, port):
        self.folder, self.base = folder, f"http://127.0.0.1:{port}"
        self.roster = pathlib.Path(os.environ.get("ROSTER", TOP / ".build/release/roster"))
        self.numbers = itertools.count(1)

    def site(self, socket=None):
        state = self.folder / "state"
        return Site(self.folder / f"site{next(self.numbers)}", socket or state / "roster/roster.sock", state)


@contextlib.contextmanager
def started():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-security-"))
    folder.chmod(0o755)
    port, log = free_port(), folder / "run.log"
    environment = {
        "PORT": str(port), "TLS_PORT": str(free_port()), "STATE_DIR": str(folder / "state"), "DATABASE_URL": "", "WORKERS": "2",
        "READY_TIMEOUT": str(SECONDS)}
    try:
        with running([TOP / "nginx/run"], log, lambda: "\nready" in log.read_text(), environment=environment):
            yield Stack(folder, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def pool():
    """Two parts at a time; after Ctrl-C no further one begins."""
    executor = concurrent.futures.ThreadPoolExecutor(2)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def attempt(part, stack):
    """What is wrong, and how long it took to find out."""
    began = time.monotonic()
    try:
        problems = list(PARTS[part](stack))
    except Exception:  # whatever kept it from saying so is as bad
        problems = [traceback.format_exc()]
    return problems, time.monotonic() - began


def report(part, problems, seconds):
    print(f"{'failed' if problems else 'ok':7} {part:16} {seconds:6.1f} s", flush=True)
    for problem in problems:
        print("    " + problem.replace("\n", "\n    "), flush=True)


def complaints(stack):
    """Nothing that was sent may be an error of the application's."""
    lines = (stack.folder / "state/log/roster.log").read_text().splitlines()
    return [line for line in lines if line.split()[1] in ("error", "critical") or " has ended " in line]


def main(parts):
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"there is no part {unknown[0]}; there are: {' '.join(PARTS)}")
    failed = 0
    with started() as stack, pool() as executor:
        results = {executor.submit(attempt, part, stack): part for part in parts or PARTS}
        for result in concurrent.futures.as_completed(results):
            report(results[result], *result.result())
            failed += bool(result.result()[0])
        report("log", found := complaints(stack), 0)
    failed += bool(found)
    print(f"{len(results) + 1 - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
