"""The headers of every kind of answer: each that is due, once, and the shape of the API's errors."""

import contextlib
import json
import socket

from wire import HOST, Connection, ask, request

API = "default-src 'none'; frame-ancestors 'none'"
DOCS = ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
REDOC = DOCS.replace("base-uri", "worker-src blob:; base-uri")
REDIRECT_PAGE = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

DUE = {
    "server": "nginx", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "strict-transport-security": "max-age=31536000",
}
JSON = {"content-type": "application/json"}
USER = b'{"email":"a@b.co","name":"A"}'

# What is asked, the status, and the headers beyond DUE; the policy of the API where none is said.
CASES = [
    ("a list", request("GET", "/users/"), 200, JSON),
    ("HEAD", request("HEAD", "/users/"), 200, JSON),
    ("OPTIONS", request("OPTIONS", "/users/"), 204, {"allow": "POST, GET, HEAD, OPTIONS"}),
    ("Swagger UI", request("GET", "/docs"), 200,
     {"content-type": "text/html; charset=utf-8", "content-security-policy": DOCS, "vary": "Accept-Encoding"}),
    ("ReDoc", request("GET", "/redoc"), 200, {"content-type": "text/html; charset=utf-8", "content-security-policy": REDOC}),
    ("the page for OAuth2", request("GET", "/docs/oauth2-redirect"), 200, {"content-security-policy": REDIRECT_PAGE}),
    ("the description", request("GET", "/openapi.json"), 200, JSON),
    ("a script", request("GET", "/docs/static/swagger-init.js"), 200, {"cache-control": "max-age=3600"}),
    ("a style sheet, compressed", request("GET", "/docs/static/swagger-ui.css", Accept_Encoding="gzip"), 200,
     {"content-encoding": "gzip", "content-type": "text/css", "vary": "Accept-Encoding"}),
    ("the same, not compressed", request("GET", "/docs/static/swagger-ui.css"), 200, {"vary": "Accept-Encoding"}),
    ("a part of a file is not given", request("GET", "/docs/static/swagger-ui.css", Range="bytes=99999999-"), 200, {}),
    ("a redirect of the API", request("GET", "/users?skip=1"), 307, {"location": f"https://{HOST}/users/?skip=1"}),
    ("a redirect of a page", request("GET", "/docs/"), 307, {"location": f"https://{HOST}/docs"}),
    ("no such path", request("GET", "/nothing"), 404, JSON),
    ("no such user", request("GET", "/users/2147483647"), 404, JSON),
    ("no such file", request("GET", "/docs/static/nothing"), 404, JSON),
    ("a folder", request("GET", "/docs/static/"), 404, JSON),
    ("a method that the path has not", request("POST", "/users/1", USER), 405,
     JSON | {"allow": "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"}),
    ("TRACE", request("TRACE", "/users/1"), 405, JSON | {"allow": "GET, HEAD"}),
    ("a condition that fails", request("GET", "/docs/static/swagger-ui.css", If_Match='"x"'), 412, JSON),
    ("a body beyond 1 MiB", request("POST", "/users/", b"x" * ((1 << 20) + 1)), 413, JSON),
    ("a target beyond 16 KiB", request("GET", "/" + "a" * (16 << 10)), 414, JSON),
    ("an invalid user", request("POST", "/users/", b"{}"), 422, JSON),
    ("a header field beyond 16 KiB", request("GET", "/users/", X="a" * (16 << 10)), 400, JSON),
    ("header fields beyond 64 KiB", request("GET", "/users/", **{f"X{n}": "a" * (15 << 10) for n in range(6)}), 400, JSON),
    ("no HTTP", b"FOO\r\n\r\n", 400, JSON),
    ("another host", b"GET /users/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, JSON),
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400, JSON),
    ("CONNECT", request("CONNECT", "a:1"), 400, JSON),
    ("an unknown transfer coding", request("POST", "/users/", Transfer_Encoding="gzip"), 501, JSON),
    ("an unknown version of HTTP", b"GET / HTTP/3.0\r\nHost: %s\r\n\r\n" % HOST.encode(), 505, JSON),
]


def check(stack):
    """On the site in front of the service."""
    with stack.site().started() as site:
        for name, data, status, headers in CASES:
            yield from problems(name, ask(site, data), status, headers)
        yield from plain(site)


def plain(site):
    """Port 80, and plain HTTP on port 443."""
    moved = ask(site, request("POST", "/users/?a=b", USER), secure=False)
    if (moved.status, moved.get("location")) != (308, f"https://{HOST}/users/?a=b"):
        yield f"port 80 answers {moved}"
    if moved.get("server") != "nginx" or moved.get("strict-transport-security"):
        yield f"port 80 tells nginx's version, or says HSTS, which is void there: {moved.headers}"
    with contextlib.closing(socket.create_connection(("127.0.0.1", site.tls_port), timeout=20)) as connection:
        connection.sendall(request("GET", "/users/"))
        head = connection.recv(4096)
    if not head.startswith(b"HTTP/1.1 400 ") or b'{"detail":"Bad Request"}' not in head:
        yield f"plain HTTP on the port of HTTPS is answered with {head}"


def check_without_service(stack):
    """502 without anybody on the socket, 503 with a service whose database is away."""
    with stack.site(stack.folder / "nobody.sock").started() as site:
        yield from problems("nobody on the socket", ask(site, request("GET", "/users/")), 502, JSON)
    with stack.service("away", url=f"host={stack.folder} user=nobody") as service, stack.site(service.socket).started() as site:
        for name, data in [("reads", request("GET", "/users/")), ("writes", request("POST", "/users/", USER))]:
            yield from problems(f"{name} without a database", ask(site, data), 503, JSON | {"retry-after": "1"})


def check_gateway_timeout(stack):
    """504 from nginx, whose patience ends after a minute."""
    address = stack.folder / "silent.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as silent:
        silent.bind(str(address))
        address.chmod(0o666)
        silent.listen()
        with stack.site(address).started() as site, Connection(site, timeout=90) as connection:
            connection.send(request("GET", "/users/"))
            yield from problems("a service that does not answer", connection.answer(), 504, JSON)


def problems(name, answer, status, headers):
    """What is wrong with an answer."""
    if answer.status != status:
        yield f"{name}: {answer.status} instead of {status}: {answer.body[:200]}"
    for field, value in (DUE | {"content-security-policy": API} | headers).items():
        if answer.headers.get(field) != [value]:
            yield f"{name}: {field} is {answer.headers.get(field)} instead of {[value]}"
    if status >= 400 and not isinstance(json.loads(answer.body).get("detail"), (str, list)):
        yield f"{name}: the body is not the API's: {answer.body[:200]}"
