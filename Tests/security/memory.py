"""A process that may have 1 GiB of address space: no body and no row makes it ask for more and end."""

import concurrent.futures
import itertools

from attacks import BODIES, LONG
from stack.service import wait_for
from wire import ask, drain, request

GIBIBYTE = 1 << 30
# nginx's and the service's own answers to what is too much; 502 would be the end of a worker.
LEGAL = {200, 400, 413, 422, 503}
NUMBERS = itertools.count(1)  # unlike a generator, several threads may ask it
TABLES = [
    "INSERT INTO users (email, name) SELECT 'a' || n || '@b.co', 'A' FROM generate_series(1, 1100) n",
    f"UPDATE users SET name = repeat('x', {LONG}) WHERE id = 1",
]
MANY = f"UPDATE users SET name = repeat('é', {LONG // 2}) WHERE id <= 100"
PAGES = ["/users/", "/users/?limit=2000", "/users/?limit=1", "/users/1", "/users/?skip=0&limit=1100"]


def check(stack):
    url = stack.schema("memory")
    limited = ["prlimit", f"--as={GIBIBYTE}", "--"]
    with stack.service("memory", "--workers", "2", url=url, before=limited) as service:
        with stack.site(service.socket).started() as site, concurrent.futures.ThreadPoolExecutor(8) as executor:
            wait_for(lambda: ask(site, request("GET", "/users/")).status == 200)
            stack.sql("SET search_path = memory", *TABLES)
            yield from bodies(site, executor)
            yield from pages(site, executor)
            stack.sql("SET search_path = memory", MANY)
            yield from pages(site, executor)
            if (status := ask(site, request("GET", "/livez")).status) != 200:
                yield f"in the end /livez is answered with {status}"
        yield from (line for line in service.lines() if " has ended " in line or "Fatal" in line)


def bodies(site, executor):
    """Each alone, and then all at once."""
    requests = [(f"{method} {name}", request(method, path, body, Connection="close")) for name, body in BODIES.items()
                for method, path in (("POST", "/users/"), ("PUT", "/users/1"), ("PATCH", "/users/1"))]
    for name, data in requests:
        yield from illegal(name, attempt(site, data))
    posts = requests[::3]
    for (name, _), status in zip(posts, executor.map(lambda one: attempt(site, one[1]), posts)):
        yield from illegal(f"{name} among others", status)


def pages(site, executor):
    def read(path):
        return attempt(site, request("GET", path, Connection="close"))

    for path in PAGES:
        yield from illegal(path, read(path))
    for path, status in zip(PAGES * 2, executor.map(read, PAGES * 2)):
        yield from illegal(f"{path} among others", status)


def attempt(site, data):
    """The status, or what became of it; each from its own address, for nginx would not let all of this through."""
    try:
        return drain(site, data, f"127.0.2.{next(NUMBERS)}")
    except (OSError, EOFError) as error:
        return repr(error)


def illegal(name, status):
    if status not in LEGAL:
        yield f"{name}: {status}"
