"""What was promised, as ratios within one run."""

from dataclasses import dataclass
from typing import Callable

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Goal:
    text: str
    limit: float
    at_least: bool
    value: Callable  # of the results
    form: str = "{:.2f}×"

    def judge(self, results):
        """The value and whether it is good; None where the run could not measure it."""
        try:
            value = self.value(results)
        except (KeyError, ZeroDivisionError, TypeError):
            return None
        return value, value >= self.limit if self.at_least else value <= self.limit


def ratio(metric, workload, other):
    def value(results):
        cells = results["cells"]
        return cells[f"{workload} 64 roster"][metric] / cells[f"{workload} 64 {other}"][metric]
    return value


def growth(results):
    def cost(size):
        found = results["alongside"]["growth"][size]
        return found["own"] + found["nginx"] + found["postgres"]
    return cost("10000000") / cost("1000")


def connected(results):
    memory = results["alongside"]["memory"]["roster"]
    return max(memory["worst"], memory["direct"]) / MEGABYTE


def to_rust(title, name):
    return (
        Goal(f"read one, requests/s, to {title}", 1.2, True, ratio("rate", "read", name)),
        Goal(f"list 100, requests/s, to {title}", 1.1, True, ratio("rate", "list", name)),
        Goal(f"create, requests/s, to {title}", 1.1, True, ratio("rate", "create", name)),
        Goal(f"mix 90/10, requests/s, to {title}", 1.2, True, ratio("rate", "mix", name)),
        Goal(f"read one, own CPU per request, to {title}", 0.75, False, ratio("own", "read", name)),
        Goal(f"read one, p99, to {title}", 0.8, False, ratio("p99", "read", name)),
    )


GOALS = (
    Goal("read one, requests/s, to the reference", 25, True, ratio("rate", "read", "reference")),
    Goal("create, requests/s, to the reference", 15, True, ratio("rate", "create", "reference")),
    *to_rust("Rust, `#[tokio::main]`", "rust"),
    *to_rust("Rust, a runtime for each core", "rust-cores"),
    Goal("read one, requests/s, to C", 2.5, True, ratio("rate", "read", "c")),
    Goal("memory of a worker with 1,000 connections", 20, False, connected, "{:.1f} MB"),
    Goal("cold start to first answer", 50, False,
         lambda results: results["alongside"]["start"]["roster"]["start"] * 1000, "{:.0f} ms"),
    Goal("read one, all CPU per request, 10,000,000 rows to 1,000", 1.15, False, growth),
)
