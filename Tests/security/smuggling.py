"""Requests whose end two parsers could see in different places. nginx refuses them and closes, or takes them in the one way in
which nothing is smuggled: what follows is then answered as the request that it is."""

from wire import HOST, Connection, ask, request

LINE = b"GET /users/?limit=0 HTTP/1.1\r\n"
FIELD = b"Host: %s\r\n" % HOST.encode()
GET = LINE + FIELD
POST = b"POST /users/ HTTP/1.1\r\n" + FIELD + b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
# What is hidden in a body, answered with 204 should it ever be taken for a request; and what follows, answered with 404.
HIDDEN = b"OPTIONS /users/ HTTP/1.1\r\n" + FIELD + b"\r\n"
MARKER = b"GET /marker HTTP/1.1\r\n" + FIELD + b"\r\n"

REFUSED = {
    "a length and chunks": POST + b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\nG",
    "chunks and a length": POST + CHUNKED + b"Content-Length: 4\r\n\r\n5c\r\n" + HIDDEN,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" + HIDDEN,
    "the same length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with plus": POST + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": POST + b"Content-Length: -2\r\n\r\n{}",
    "a hexadecimal length": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "an empty length": POST + b"Content-Length:\r\n\r\n{}",
    "a length beyond 64 bits": POST + b"Content-Length: 18446744073709551618\r\n\r\n{}",
    "a length with NUL": POST + b"Content-Length: 2\x00\r\n\r\n{}",
    "a length with a tab": POST + b"Content-Length:\t2\r\n\r\n{}",
    "a space before the colon": POST + b"Content-Length : 2\r\n\r\n{}",
    "a field without a colon": GET + b"Content-Length\r\n\r\n",
    "a folded field (obs-fold)": GET + b"X-A: b\r\n c\r\n\r\n",
    "a folded length": POST + b"Content-Length:\r\n 2\r\n\r\n{}",
    "a first field that begins with a space": LINE + b" X: y\r\n" + FIELD + b"\r\n",
    "a bare CR in a field": GET + b"X: a\rContent-Length: 40\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\n\r\n",
    "a list of codings": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "two codings": POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
    "a coding after a space": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a coding after a tab": POST + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "a coding after a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": POST.replace(b"HTTP/1.1", b"HTTP/1.0") + CHUNKED + b"\r\n0\r\n\r\n",
    "a chunk beyond 64 bits": POST + CHUNKED + b"\r\n10000000000000002\r\n{}\r\n0\r\n\r\n",
    "a chunk's size with 0x": POST + CHUNKED + b"\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": POST + CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk that does not end": POST + CHUNKED + b"\r\n2\r\n{}XX0\r\n\r\n",
    "two hosts": GET + b"Host: other.example\r\n\r\n",
    "a host with @": LINE + b"Host: other@example/..\r\n\r\n",
    "NUL in the target": b"GET /users/\x00 HTTP/1.1\r\n" + FIELD + b"\r\n",
    "NUL in a field's name": GET + b"X\x00Y: a\r\n\r\n",
    "a space in a field's name": GET + b"X Y: a\r\n\r\n",
    "a space in the target": b"GET /users/ x HTTP/1.1\r\n" + FIELD + b"\r\n",
}

# With the status of the request itself.
HARMLESS = {
    "bare LF": (GET.replace(b"\r\n", b"\n") + b"\n", 200),
    "bare LF with a length": (POST.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\n{}", 422),
    "CR CR LF": (GET + b"X: a\r\r\n\r\n", 200),
    "a body of GET that looks like a request": (GET + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN, 200),
    "chunks of GET that look like a request": (GET + CHUNKED + b"\r\n%x\r\n" % len(HIDDEN) + HIDDEN + b"\r\n0\r\n\r\n", 200),
    "an underscore for a hyphen": (GET + b"Content_Length: 40\r\n\r\n", 200),
    "the coding in capitals": (POST + b"Transfer-Encoding: cHuNkEd\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 422),
    "a chunk's extension": (POST + CHUNKED + b"\r\n2;a=b\r\n{}\r\n0\r\n\r\n", 422),
    "a chunk's extension with bare LF": (POST + CHUNKED + b"\r\n2;a\n{}\r\n0\r\n\r\n", 422),
    "chunks with bare LF": (POST + CHUNKED + b"\r\n2\n{}\n0\n\n", 422),
    "a length in the trailer": (POST + CHUNKED + b"\r\n2\r\n{}\r\n0\r\nContent-Length: 50\r\n\r\n", 422),
    "empty lines before the request": (b"\r\n\r\n" + GET + b"\r\n", 200),
    "the target of another host": (GET.replace(b" /", b" http://other.example/", 1) + b"\r\n", 421),
    "encoded line ends in the query": (GET.replace(b"limit=0", b"limit=0%0d%0aX:1") + b"\r\n", 422),
}


def check(stack):
    with stack.site().started() as site:
        ids = [create(site, f"smuggling{number}@b.co") for number in range(3)]
        for name, data in REFUSED.items():
            statuses = send(site, data + MARKER)
            if statuses not in ([400], [501]):
                yield f"{name}: answered with {statuses} instead of one refusal"
        for name, (data, status) in HARMLESS.items():
            statuses = send(site, data + MARKER)
            if statuses != [status, 404]:
                yield f"{name}: answered with {statuses} instead of {[status, 404]}"
            for id in ids:
                if b'"id":%d,' % id not in ask(site, request("GET", f"/users/{id}")).body:
                    yield f"after {name}: the answers belong to other requests"


def create(site, email):
    body = ask(site, request("POST", "/users/", b'{"email":"%s","name":"A"}' % email.encode())).body
    return int(body.partition(b'"id":')[2].partition(b",")[0])


def send(site, data):
    """The statuses of all answers until nginx closes or has answered the marker."""
    statuses = []
    with Connection(site) as connection:
        connection.send(data)
        try:
            while 404 not in statuses:
                statuses.append(connection.answer().status)
        except (EOFError, OSError):
            pass
    return statuses
