"""An error repeats what was wrong, and no more of it than helps: 64 KiB for each error, however long the body is."""

from attacks import BODIES
from proportion import addresses
from wire import ask, request

# Of an answer: two errors, each with 64 KiB of input, and their own words.
LONGEST = 2 * (64 << 10) + (8 << 10)


def check(stack):
    sources = addresses()  # from one, nginx would let two a second through
    with stack.site().started() as site:
        for name, body in BODIES.items():
            for method, path in ("POST", "/users/"), ("PUT", "/users/1"), ("PATCH", "/users/1"):
                answer = ask(site, request(method, path, body), source=next(sources))
                if answer.status not in (400, 422) or len(answer.body) > LONGEST:
                    yield f"{method} {name}: {answer.status} with {len(answer.body):,} bytes"
