"""What to measure: all of it, or what the environment narrows it to."""

import os
import sys
from dataclasses import dataclass

USERS = 1_000_000
PEERS = ("reference", "php", "go", "c", "rust", "rust-cores", "roster")
WORKLOADS = {
    "read": "read one",
    "missing": "not found",
    "list": "list 100",
    "deep": "list 100 deep",
    "create": "create",
    "taken5": "create, 5 % taken",
    "taken25": "create, 25 % taken",
    "update": "update",
    "mix": "mix 90/10",
}
WRITING = ("create", "taken5", "taken25", "update", "mix")
CLIENTS = (16, 64, 256)
ALONGSIDE = ("start", "memory", "openloop", "growth")


@dataclass(frozen=True)
class Settings:
    peers: tuple
    workloads: tuple
    clients: tuple
    rounds: int
    seconds: int
    alongside: tuple

    @property
    def whole(self):
        """Whether everything is measured, so that the results may be published."""
        return (self.peers, self.workloads, self.clients, self.alongside) == (
            PEERS, tuple(WORKLOADS), CLIENTS, ALONGSIDE) and self.rounds >= 3 and self.seconds >= 2


def from_environment():
    return Settings(
        peers=words("PEERS", PEERS), workloads=words("WORKLOADS", tuple(WORKLOADS)),
        clients=tuple(int(word) for word in words("CLIENTS", CLIENTS, any_number=True)),
        rounds=int(words("ROUNDS", (3,), any_number=True)[0]),
        seconds=int(words("SECONDS_EACH", (2,), any_number=True)[0]), alongside=words("ALONGSIDE", ALONGSIDE))


def words(name, default, any_number=False):
    """The variable's words in the order of the default."""
    if name not in os.environ:
        return default
    given = os.environ[name].replace(",", " ").split()
    for word in given:
        if not (word.isdecimal() and int(word) > 0 if any_number else word in default):
            sys.exit(f"{name}: {word} is none of {' '.join(map(str, default))}.")
    return tuple(given) if any_number else tuple(word for word in default if word in given)
