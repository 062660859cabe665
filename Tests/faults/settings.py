"""How much to do: what the promises ask for, or less for a quick run."""

import os
import sys


def number(name, default):
    text = os.environ.get(name) or str(default)
    if not (text.isdecimal() and int(text) > 0):
        sys.exit(f"{name}: {text} is no positive number.")
    return int(text)


# Writes that are sent, at least, while the faults of one row happen.
WRITES = number("WRITES", 20_000)
# Requests of the rows that count them.
RELOAD_REQUESTS = number("RELOAD_REQUESTS", 100_000)
ABORTS = number("ABORTS", 100_000)
# Seconds that the day of work takes.
DAY = number("DAY", 600)
CLIENTS = number("CLIENTS", 64)
# Seconds for which those who read are watched while somebody else works.
ISOLATION = number("ISOLATION", 8)


def chosen(known, given):
    """Of those given, or in FAULTS, the names in the order of `known`; all of them by default."""
    given = given or os.environ.get("FAULTS", "").replace(",", " ").split() or list(known)
    for name in given:
        if name not in known:
            sys.exit(f"{name} is none of {' '.join(known)}.")
    return [name for name in known if name in given]
