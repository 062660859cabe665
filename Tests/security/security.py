"""Attacks the production site of nginx in front of a real Roster on a real PostgreSQL; see Documentation/threat-model.md.

    Tests/security/run [PART...]

Prints a line for each part, and of one that failed what is wrong.
"""

import concurrent.futures
import contextlib
import functools
import sys
import time
import traceback

import answers
import attacks
import booted
import bystander
import cors
import database_tls
import hosts
import limits
import local_users
import log_lines
import long_targets
import markup
import memory
import parameters
import paths
import peers
import proportion
import repeats
import revocation
import scanners
import secrets_of_workers
import smuggling
import spellings
import streams
import supply
import trust
import units
from target import started

PARTS = {
    "testssl": scanners.check_testssl,
    "gateway-timeout": answers.check_gateway_timeout,
    "slow-clients": limits.check_slow_clients,
    "sqlmap": scanners.check_sqlmap,
    "sqlmap-itself": scanners.check_sqlmap_itself,
    "gixy": scanners.check_gixy,
    "units": units.check_exposure,
    "booted": booted.check,
    "system-calls": units.check_system_calls,
    "answers": answers.check,
    "no-service": answers.check_without_service,
    "rate": limits.check_rate,
    "connections": limits.check_connections,
    "streams": streams.check,
    "large-bodies": proportion.check_bodies,
    "deep-pages": proportion.check_pages,
    "cors": cors.check,
    "links": local_users.check_links,
    "locks": local_users.check_locks,
    "privacy": local_users.check_privacy,
    "trust": trust.check_trust,
    "database-tls": database_tls.check,
    "wheel": supply.check,
    "memory": memory.check,
    "secrets": secrets_of_workers.check,
    "spellings": spellings.check,
    "hosts": hosts.check,
    "long-targets": long_targets.check,
    "log-lines": log_lines.check,
    "markup": markup.check,
    "parameters": parameters.check,
    "repeats": repeats.check,
    "sizes": limits.check_sizes,
    "paths": paths.check,
    "peers": peers.check,
    "smuggling": smuggling.check,
}

# One after the other, when all of the above have ended.
ALONE = {"revocation": revocation.check} | {
    f"by-{attack.name}": functools.partial(bystander.check, attack) for attack in attacks.ATTACKS}


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
        problems = list((PARTS | ALONE)[part](stack))
    except Exception:  # whatever kept it from saying so is as bad
        problems = [traceback.format_exc()]
    return problems, time.monotonic() - began


def report(part, problems, seconds):
    print(f"{'failed' if problems else 'ok':7} {part:16} {seconds:6.1f} s", flush=True)
    for problem in problems:
        print("    " + problem.replace("\n", "\n    "), flush=True)
    return not problems


def complaints(stack, levels=("error", "critical")):
    """Nothing that was sent may be an error of the application's, or its end."""
    lines = (stack.folder / "state/log/roster.log").read_text().splitlines()
    return [line for line in lines if line.split()[1] in levels or " has ended " in line]


def main(parts):
    everything = PARTS | ALONE
    unknown = [part for part in parts if part not in everything]
    if unknown:
        sys.exit(f"there is no part {unknown[0]}; there are: {' '.join(everything)}")
    wanted = parts or list(everything)
    verdicts = [*together([part for part in wanted if part in PARTS]), *in_turns([part for part in wanted if part in ALONE])]
    print(f"{verdicts.count(True)} passed, {verdicts.count(False)} failed")
    return not all(verdicts)


def together(parts):
    """Yields whether each is as it should be, and the log."""
    if not parts:
        return
    with started() as stack, pool() as executor:
        results = {executor.submit(attempt, part, stack): part for part in parts}
        for result in concurrent.futures.as_completed(results):
            yield report(results[result], *result.result())
        yield report("log", complaints(stack), 0)


def in_turns(parts):
    if not parts:
        return
    with started() as stack:
        for part in parts:
            yield report(part, *attempt(part, stack))
        # Of a write that an attacker has left in the middle, nobody knows whether it was applied: an error in the log.
        yield report("log", complaints(stack, ["critical"]), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
