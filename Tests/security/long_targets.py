"""Targets that grow on their way: each `|` of a path is three bytes in a redirect's Location."""

import socket
import struct

from wire import HOST, ask, request

# Beyond the service's 32 KiB of head, and below what nginx takes.
COUNTS = [1_000, 5_000, 10_500, 10_900, 10_910, 10_923, 12_000, 16_000]
# Of a web server with larger limits than nginx's.
AT_SOCKET = [10_500, 12_000, 40_000, 60_000, 100_000, 120_000]
CHARACTERS = ["|", '"', "<", "^", "`", "{", "%7C", "\\"]


def check(stack):
    with stack.service("targets") as service, stack.site(service.socket).started() as site:
        while ask(site, request("GET", "/users/?limit=0")).status == 503:
            pass
        for character in CHARACTERS:
            for count in COUNTS:
                target = f"/users/{character * (count // len(character))}/"
                yield from wrong(target, ask(site, request("GET", target)).status)
        for character in CHARACTERS:
            for count in AT_SOCKET:
                target = f"/users/{character * (count // len(character))}/"
                yield from wrong(target, at_socket(service.socket, target))
        if at_socket(service.socket, "/users/?limit=0") != 200:
            yield "afterwards /users/ is not answered with 200"
        lines = service.lines()
        yield from (line[:300] for line in lines if " warning " in line or " error " in line or " critical " in line)


def wrong(target, status):
    if status not in (307, 400, 404, 414):
        yield f"{target[:12]}… of {len(target):,} bytes: {status}"


def at_socket(path, target):
    """The status of one FastCGI request; 0 where the connection ends without an answer."""
    parameters = {"REQUEST_METHOD": "GET", "REQUEST_URI": target, "REQUEST_SCHEME": "https", "HTTP_HOST": HOST}
    pairs = b"".join(pair(name.encode(), value.encode()) for name, value in parameters.items())
    parts = [pairs[start:start + 60_000] for start in range(0, len(pairs), 60_000)]
    data = b"".join([
        record(1, b"\0\1\0\0\0\0\0\0"), *(record(4, part) for part in parts), record(4, b""), record(5, b"")])
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(path))
        connection.sendall(data)
        answer = connection.makefile("rb").read()
    content = b""
    while answer:
        _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", answer[:8])
        content += answer[8:8 + length] if kind == 6 else b""
        answer = answer[8 + length + padding:]
    head = content.partition(b"\r\n\r\n")[0].decode("latin-1")
    fields = dict(line.partition(": ")[::2] for line in head.split("\r\n"))
    return int(fields.get("Status", "200").split()[0]) if content else 0


def pair(name, value):
    return struct.pack("!BI", len(name), len(value) | 1 << 31) + name + value


def record(kind, content):
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content
