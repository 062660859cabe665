"""An error repeats what was wrong, and no more of it than helps: 64 KiB for all errors together, however long the body is."""

from attacks import BODIES
from proportion import addresses
from wire import ask, request

# Of an answer: 64 KiB of input, twice as long where it is escaped, and the errors' own words.
LONGEST = 2 * (64 << 10) + (8 << 10)
REQUESTS = [("POST", "/users/"), ("PUT", "/users/1"), ("PATCH", "/users/x")]


def check(stack):
    sources = addresses()  # from one, nginx would let two a second through
    with stack.site().started() as site:
        for name, body in BODIES.items():
            for method, path in REQUESTS:
                answer = ask(site, request(method, path, body), source=next(sources))
                if answer.status not in (400, 422) or len(answer.body) > LONGEST:
                    yield f"{method} {path} {name}: {answer.status} with {len(answer.body):,} bytes"
