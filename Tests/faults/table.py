"""A row of the table: what was seen, and what was promised."""

from collections import Counter
from dataclasses import dataclass, field

from faults.load import LOST

FORM = "{:18} {:36} {:>9} {:>9} {:>11} {:>11}  {}"
HEAD = FORM.format("fault", "load", "requests", "failures", "longest gap", "to recover", "promise")


@dataclass
class Row:
    name: str
    load: str
    entries: list = field(default_factory=list)
    recovery: float | None = None
    broken: list = field(default_factory=list)

    def require(self, holds, text):
        if not holds:
            self.broken.append(text)

    def require_within(self, seconds, limit, text):
        """`seconds` is None where it never happened."""
        shown = "never" if seconds is None else f"{seconds:.2f} s"
        self.require(seconds is not None and seconds <= limit, f"{text}: {shown}, promised: {limit:g} s")

    def recovered(self, seconds, limit):
        """Notes the longest recovery, and holds it against the promise."""
        self.require_within(seconds, limit, "time to recover")
        if seconds is not None:
            self.recovery = max(seconds, self.recovery or 0)

    def require_answers(self, *allowed):
        """Besides successes nothing but these, and every 503 with Retry-After."""
        allowed = set(allowed)
        others = Counter(entry.status for entry in self.failures() if entry.status not in allowed)
        for status, count in others.items():
            self.require(False, f"{count:,} × {'no answer' if status in (None, LOST) else status}")
        silent = sum(1 for entry in self.entries if entry.status == 503 and not entry.may_retry)
        self.require(not silent, f"{silent:,} × 503 without Retry-After")

    def failures(self):
        return [entry for entry in self.entries if not entry.is_success]

    def text(self):
        gap = longest_gap(self.entries)
        return "\n".join([FORM.format(
            self.name, self.load, f"{len(self.entries):,}", f"{len(self.failures()):,}", seconds(gap),
            seconds(self.recovery), "FAIL" if self.broken else "PASS"), *(f"    {text}" for text in self.broken)])


def seconds(value):
    return "–" if value is None else f"{value:.2f} s"


def longest_gap(entries):
    """The longest time without any success, between the first request and the last answer."""
    if not entries:
        return None
    begin, end = min(entry.sent for entry in entries), max(entry.done for entry in entries)
    times = [begin, *sorted(entry.done for entry in entries if entry.is_success), end]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def first_success(entries, moment):
    """How long after a moment the next success came."""
    return min((entry.done - moment for entry in entries if entry.is_success and entry.done >= moment), default=None)


def rate(entries, begin, end):
    """Successes a second."""
    return sum(1 for entry in entries if entry.is_success and begin <= entry.done < end) / (end - begin)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
