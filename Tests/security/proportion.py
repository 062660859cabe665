"""What is dear has limits of its own, however it is spelled, and keeps no honest client from anything."""

import contextlib
import itertools

from limits import OTHER, PAGE, wrong
from streams import Client
from wire import HOST, Connection, ask, request

# More than what may wait, and than what is taken meanwhile.
MANY = 30
# What the site says: so many are answered at once, or wait for their turn.
LARGE, DEEP = 1 + 8, 1 + 16
KIB64 = 64 << 10


def body_of(length):
    """Wrong, so that nothing is stored; of this length."""
    return b'{"name":"%s"}' % (b"x" * (length - 11))


def post(body, **fields):
    return request("POST", "/users/", body, **fields)


def chunked(body):
    head = request("POST", "/users/", Content_Type="application/json", Transfer_Encoding="chunked")
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def page(query, method="GET", path="/users/"):
    return request(method, path + query)


# How one can say it, and the status where it is taken.
LARGE_BODIES = {
    "64 KiB and a byte": (post(body_of(KIB64 + 1)), 422),
    "leading zeros": (post(body_of(KIB64 + 1), Content_Length=f"{KIB64 + 1:012}"), 422),
    "a body where none is due": (request("GET", "/users/?limit=0", body_of(KIB64 + 1)), 200),
    "a method in vain": (request("PUT", "/nothing", body_of(KIB64 + 1)), 404),
    "chunks": (chunked(body_of(100)), 422),
}
SMALL_BODIES = {
    "64 KiB": (post(body_of(KIB64)), 422),
    "64 KiB with leading zeros": (post(body_of(KIB64), Content_Length=f"{KIB64:012}"), 422),
    "an empty one": (post(b""), 422),
}
DEEP_PAGES = {
    "skip": page("?skip=10000"),
    "limit": page("?limit=1001"),
    "beyond 64 bits": page("?skip=99999999999999999999999&limit=1"),
    "repeated": page("?skip=1&skip=10000"),
    "behind others": page("?a=b&limit=1&c=d&skip=10000"),
    "an escaped name": page("?%73kip=10000"),
    "an escaped digit": page("?skip=%310000"),
    "a sign": page("?skip=+10000"),
    "an escaped sign": page("?skip=%2B10000"),
    "leading zeros": page("?skip=000010000"),
    "underscores": page("?skip=1_0_0_0_0"),
    "a fraction": page("?skip=10000.0"),
    "white space": page("?skip=%20%0A10000"),
    "a fragment": page("?skip=1&#&skip=10000"),
    "HEAD": page("?skip=10000", "HEAD"),
    "an escaped path": page("?skip=10000", path="/%75sers/"),
    "without the slash": page("?skip=10000", path="/users"),
    "a whole address": page("?skip=10000", path=f"http://{HOST}/users/"),
    "many parameters": page("?" + "&" * 1000 + "skip=10000"),
}
NEAR_PAGES = {
    "no query": page(""),
    "the last that is near": page("?skip=9999&limit=1000"),
    "in turn": page("?limit=100&skip=0&skip=9999"),
    "other parameters": page("?_=1732700000&q=a%20b+c&skipped=10000&limits=10000"),
}


def check_bodies(stack):
    with stack.site().started() as site:
        sources = addresses()
        for name, (data, status) in LARGE_BODIES.items():
            yield from refusals(name, flood(site, next(sources), data), LARGE, status)
        for name, (data, status) in SMALL_BODIES.items():
            if (statuses := {answer.status for answer in flood(site, next(sources), data)}) != {status}:
                yield f"{name}: {MANY} at once are answered with {statuses}"
        if 429 not in http2_bodies(site, next(sources)):
            yield f"HTTP/2 without a length: {MANY} at once are all taken"
        source = next(sources)
        statuses = {ask(site, post(body_of(1 << 20)), source=source).status for _ in range(12)}
        if statuses != {422}:
            yield f"12 of 1 MiB, one after another, are answered with {statuses}"


def check_pages(stack):
    with stack.site().started() as site:
        sources = addresses()
        for name, data in DEEP_PAGES.items():
            yield from refusals(name, flood(site, next(sources), data), DEEP)
        for name, data in NEAR_PAGES.items():
            if 429 in (answer.status for answer in flood(site, next(sources), data)):
                yield f"{name}: of {MANY} at once some are refused"
        with Connection(site, source=next(sources)) as connection:
            for number in range(40):
                connection.send(page(f"?skip={20_000 + number * 100}"))
                if (answer := connection.answer()).status != 200:
                    yield f"who pages through is answered with {answer} at the page {number}"
                    break


def addresses():
    """One for each attempt; Linux takes all of 127.0.0.0/8 for itself."""
    return (f"127.0.1.{number}" for number in itertools.count(1))


def flood(site, source, data):
    """The answers to as many at once."""
    is_head = data.startswith(b"HEAD ")
    with contextlib.ExitStack() as connections:
        all_of_them = [connections.enter_context(Connection(site, source=source)) for _ in range(MANY)]
        for connection in all_of_them:
            with contextlib.suppress(OSError):  # nginx has answered without reading to the end
                connection.send(data)
        answers = [connection.answer(is_head) for connection in all_of_them]
        if ask(site, PAGE, source=OTHER).status != 200:
            raise AssertionError("another client is refused as well")
    return answers


def refusals(name, answers, most, status=None):
    """What is wrong if no more than `most` may be taken, and one must be."""
    taken = [answer for answer in answers if answer.status != 429]
    # Half a second's worth more, for the time that it took to send them.
    if not 1 <= len(taken) <= most + 5:
        yield f"{name}: of {MANY} at once {len(taken)} are taken"
    if any(answer.status == 503 or status and answer.status != status for answer in taken):
        yield f"{name}: those that are taken are answered with {set(answer.status for answer in taken)}"
    if not any(answer.body == b"" for answer in answers):  # HEAD
        yield from wrong([answer for answer in answers if answer.status == 429])


def http2_bodies(site, source):
    """The statuses of bodies whose length nobody has said."""
    client = Client(site, source)
    for _ in range(MANY):
        stream = client.connection.get_next_available_stream_id()
        fields = [(":method", "POST"), (":path", "/users/"), (":scheme", "https"), (":authority", HOST)]
        client.connection.send_headers(stream, [*fields, ("content-type", "application/json")])
        client.connection.send_data(stream, b"{}", end_stream=True)
    client.flush()
    while len(client.statuses) < MANY:
        client.receive()
    client.socket.close()
    return client.statuses
