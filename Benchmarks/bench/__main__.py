"""`make bench`: all peers, all workloads, in turns. Prints how far it is; ends with 1 when a goal is missed."""

import itertools
import json
import signal
import statistics
import sys
import time

from bench import alongside, check, openloop, peers, plot, report, settings
from bench.database import Database
from bench.load import Target, measure
from bench.nginx import Nginx
from bench.settings import WORKLOADS
from bench.versions import versions
from stack.machine import TOP, temporary_folder
from stack.service import Stack

BEGAN = time.monotonic()


def say(text):
    minutes, seconds = divmod(int(time.monotonic() - BEGAN), 60)
    print(f"{minutes:3}:{seconds:02}  {text}", flush=True)


class Bench:
    def __init__(self, chosen, stack):
        self.chosen, self.stack = chosen, stack
        say("PostgreSQL, 1,000,000 users")
        self.database = Database(stack)
        self.database.fill()
        say("peers")
        self.services = {name: peers.PEERS[name].start(stack, self.database.url()) for name in chosen.peers}
        instances = map(alongside.growth_name, alongside.SIZES) if self.has("growth") else ()
        self.nginx = Nginx(stack, chosen.peers, instances)

    def has(self, part):
        """Growth is about Roster alone."""
        return part in self.chosen.alongside and (part != "growth" or "roster" in self.chosen.peers)

    def target(self, name):
        return Target(self.nginx.ports[name], self.services[name], self.nginx.service, self.database)

    def check(self):
        check.check({name: self.nginx.ports[name] for name in self.chosen.peers}, self.database)

    def cells(self):
        """The medians of the rounds, by workload, clients and peer."""
        cases = list(itertools.product(self.chosen.workloads, self.chosen.clients))
        medians = {}
        for number, (workload, clients) in enumerate(cases, 1):
            say(f"{number}/{len(cases)}  {WORKLOADS[workload]}, {clients} clients")
            rounds, seconds = self.length(workload)
            found = {name: [] for name in self.chosen.peers}
            for turn in range(rounds):
                for name in self.chosen.peers:
                    found[name].append(measure(self.target(name), workload, clients, seconds, turn + 1))
            for name, cells in found.items():
                cell = medians[f"{workload} {clients} {name}"] = median(cells)
                print(f"          {name:10} {cell['rate']:9,.1f}/s  p99 {cell['p99']:8,.1f} ms  own CPU "
                      f"{report.number(cell['own']):>8} µs  {cell['errors']:,.0f} errors", flush=True)
        return medians

    def length(self, workload):
        """Rounds, and seconds of each. Two seconds are less than the queue of the deep list: one long round instead."""
        rounds, seconds = self.chosen.rounds, self.chosen.seconds
        return (1, rounds * seconds) if workload == "deep" else (rounds, seconds)

    def alongside(self):
        names, found = self.chosen.peers, {}
        if self.has("start"):
            say("cold starts")
            found["start"] = dict(alongside.cold_starts(names, self.stack, self.database))
        if self.has("memory"):
            say("1,000 connections")
            found["memory"] = dict(alongside.memory(names, self.target))
            if "roster" in names:
                found["memory"]["roster"]["direct"] = alongside.direct_memory(self.stack, self.database)
        return found

    def openloop(self, cells):
        """By workload and peer."""
        if not self.has("openloop"):
            return {}
        found = {}
        for workload in (name for name in self.chosen.workloads if name in openloop.REQUESTS):
            say(f"open loop: {WORKLOADS[workload]}")
            found[workload] = openloop.measured(
                self.target, workload, cells, self.chosen.rounds, self.chosen.seconds)
        return {"openloop": found}

    def growth(self):
        if not self.has("growth"):
            return {}
        return {"growth": alongside.growth(
            self.stack, self.nginx, self.database, self.chosen.rounds, self.chosen.seconds, say)}


def median(cells):
    """Of each figure; None where a round has none."""
    columns = {name: [cell[name] for cell in cells] for name in cells[0]}
    return {name: None if None in column else statistics.median(column) for name, column in columns.items()}


def publish(results):
    """Where the README shows them, if nothing is missing."""
    folder = TOP / ("Benchmarks/results" if results["whole"] else ".build/bench/results")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "latest.md").write_text(report.markdown(results))
    if any(" 64 " in key for key in results["cells"]):
        (folder / "latest.svg").write_text(plot.svg(results))
    if results["whole"]:
        readme = TOP / "README.md"
        readme.write_text(report.in_readme(readme.read_text(), results))
    say(f"results are in {folder.relative_to(TOP)}")


def main():
    chosen = settings.from_environment()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    say("building")
    peers.build(chosen.peers)
    with temporary_folder("bench") as folder, Stack(folder) as stack:
        bench = Bench(chosen, stack)
        bench.check()
        found = bench.alongside()
        cells = bench.cells()
        results = {"whole": chosen.whole, "versions": versions(bench.database), "cells": cells,
                   "alongside": {**found, **bench.openloop(cells), **bench.growth()}}
    publish(results)
    print(report.goals(results))
    return 0 if all(met for *_, met in report.judged(results)) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
