"""Names that are not the site's: nobody is led to one, and `make run` does not answer to one (DNS rebinding)."""

import contextlib
import re
import socket
import urllib.parse

from wire import HOST, Connection, request

STRANGERS = ["evil.example", "evil.example:443", f"{HOST}.evil.example", f"evil.example.{HOST}", f"x{HOST}",
             "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "[::1]", "evil.example.",
             "169.254.169.254", "-", "_"]
TARGETS = ["/x", "/users?a=b", "/docs/"]
PAGES = ["/users/", "/docs", "/openapi.json", "http://evil.example/users/"]
NAMES = ["localhost", "127.0.0.1", "[::1]"]


def check(stack):
    with stack.site().started() as site:
        for secure in (False, True):
            led = {host: where for host in STRANGERS for target in TARGETS
                   if (where := leads(site, target, host, secure))}
            if led:
                yield f"port {443 if secure else 80} leads {len(led)} of {len(STRANGERS)} strangers on: {led}"
    yield from rebinding(stack)


def leads(site, target, host, secure):
    """Where somebody who asks for that host is sent, if anywhere but to the site's own name."""
    answer = asked(site, target, host, secure)
    where = answer and answer.get("location") or f"https://{HOST}/"
    return None if where.startswith(("/", f"https://{HOST}/")) else where


def asked(site, target, host, secure):
    """None where nginx closes without an answer."""
    with Connection(site, secure) as connection, contextlib.suppress(EOFError, OSError):
        connection.send(request("GET", target).replace(HOST.encode(), host.encode()))
        return connection.answer()


def rebinding(stack):
    """A page of another site, whose name has come to mean 127.0.0.1."""
    port = urllib.parse.urlsplit(stack.base).port
    for host in NAMES:
        if b" 200 " not in raw(port, f"{host}:{port}"):
            yield f"make run does not answer to {host}: {raw(port, host)}"
    answered = {host for host in set(STRANGERS) - set(NAMES) for target in PAGES
                if re.match(rb"HTTP/1.1 [23]", raw(port, host if ":" in host else f"{host}:{port}", target))}
    if answered:
        yield f"make run answers to {len(answered)} of {len(STRANGERS)} strangers: {sorted(answered)}"


def raw(port, host, target="/users/?limit=1"):
    """The head of the answer; nothing where the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, contextlib.suppress(OSError):
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(200)
    return b""
