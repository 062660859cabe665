"""Sends the same requests to the reference application and to Roster, and compares the answers.

    Tests/conformance/run [--count NUMBER] [--record FILE] [SEED...]

Without seeds there are three new ones. Each seed is a run of its own, on new databases.
"""

import argparse
import collections
import pathlib
import random
import signal
import sys
import time

import corpus
import generator
import parts
import refusals
from http_client import Connection, normalized
from rules import RULES, rule_for
from sides import sides

# Of each kind: a family of requests and the two statuses.
MOST_SHOWN = 3


class Comparison:
    """One run: both sides, and what was found."""

    def __init__(self, theirs, ours, align):
        self.align = align
        self.theirs, self.ours = ([Connection(plain, False), Connection(tls, True)] for plain, tls in (theirs, ours))
        self.families, self.rules, self.statuses, self.differences = (collections.Counter() for _ in range(4))
        self.pairs = []

    @property
    def count(self):
        return self.families.total()

    def ask(self, request):
        """Asks the reference aside."""
        theirs = self.theirs[request.secure]
        theirs.send(request)
        return normalized(theirs.receive(request))

    def send(self, request):
        """Sends to both at once, and returns the reference's answer and ours."""
        theirs, ours = self.theirs[request.secure], self.ours[request.secure]
        theirs.send(request)
        ours.send(request)
        return normalized(theirs.receive(request)), normalized(ours.receive(request))

    def compare(self, family, request):
        theirs, ours = self.send(request)
        self.families[family] += 1
        self.statuses[theirs.status] += 1
        if theirs == ours:
            self.pairs.append((request, theirs))
            # Documentation/differences.md: a number that the reference loses to an address that is taken.
            if request.method == "POST" and b"Email already exists" in ours.body:
                self.align()
        elif rule := rule_for(request, theirs, ours, self.ask):
            self.rules[rule] += 1
            if corpus.has_effects(request, ours):
                self.pairs.append((request, ours))
        else:
            kind = family, theirs.status, ours.status
            self.differences[kind] += 1
            if self.differences[kind] <= MOST_SHOWN:
                print(f"\n--- {family}: {request}\nreference {theirs}\nroster    {ours}", flush=True)
        return theirs

    def run(self, scenarios, count):
        for family, scenario in scenarios:
            if self.count >= count:
                return
            self.follow(family, scenario)

    def follow(self, family, scenario):
        request = next(scenario, None)
        while request is not None:
            answer = self.compare(family, request)
            try:
                request = scenario.send(answer)
            except StopIteration:
                return

    def report(self, seconds):
        print(f"{self.count} requests in {seconds:.0f} s; status of the reference: {listed(self.statuses)}")
        print(f"from: {listed(self.families)}")
        print(f"allowed differences: {listed(collections.Counter({name: self.rules[name] for name in RULES}))}")
        print(f"other differences: {self.differences.total()} {listed(self.differences)}", flush=True)


def listed(counter):
    return ", ".join(f"{key} {count}" for key, count in counter.most_common())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=25_000, help="requests of each run")
    parser.add_argument("--record", type=pathlib.Path, help="writes the corpus of ConformanceTests")
    parser.add_argument("seeds", nargs="*", type=int, metavar="SEED")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    found = 0
    for seed in options.seeds or [random.randrange(1 << 32) for _ in range(3)]:
        print(f"seed {seed}", flush=True)
        with sides() as (theirs, ours, execute, align):
            comparison = Comparison(theirs, ours, align)
            began = time.monotonic()
            if not options.record:
                execute(f"INSERT INTO users (id, email, name) VALUES ({generator.STORED}, 'no address', 'N')")
                comparison.follow("stored", generator.stored())
            comparison.run(generator.scenarios(random.Random(seed), options.count), options.count)
            if not options.record:
                execute(refusals.OWNERS_RULES)
                comparison.follow("refused", refusals.scenario(parts.send))
            comparison.report(time.monotonic() - began)
        found += comparison.differences.total()
        if options.record:
            corpus.write(options.record, comparison.pairs)
    sys.exit(1 if found else 0)


main()
