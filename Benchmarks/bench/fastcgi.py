"""As much of a FastCGI client as a GET takes (the specification's version 1)."""

import socket
import struct

BEGIN_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
RESPONDER, KEEP_CONNECTION = 1, 1
HEADER = struct.Struct("!BBHHBx")


def record(kind, content):
    return HEADER.pack(1, kind, 1, len(content), 0) + content


def pair(name, value):
    return bytes([len(name)]) + struct.pack("!I", len(value) | 1 << 31) + name.encode() + value.encode()


def get(path, **more):
    """A request that keeps the connection."""
    parameters = {"REQUEST_METHOD": "GET", "REQUEST_URI": path, "REQUEST_SCHEME": "http", "HTTP_HOST": "localhost",
                  "SERVER_PROTOCOL": "HTTP/1.1", **more}
    return (record(BEGIN_REQUEST, struct.pack("!HB5x", RESPONDER, KEEP_CONNECTION))
            + record(PARAMS, b"".join(pair(*item) for item in parameters.items())) + record(PARAMS, b"")
            + record(STDIN, b""))


def connect(path):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(30)
    try:
        client.connect(str(path))
    except OSError:
        client.close()
        raise
    return client


def answer(client):
    """What the responder wrote, header and body."""
    output, stream = b"", client.makefile("rb")
    while True:
        header = stream.read(HEADER.size)
        if len(header) < HEADER.size:
            raise ConnectionError("the responder closed the connection")
        _, kind, _, length, padding = HEADER.unpack(header)
        content = stream.read(length + padding)[:length]
        if kind == STDOUT:
            output += content
        if kind == END_REQUEST:
            return output


def is_ok(output):
    """CGI's 200 may be left out."""
    first = output.split(b"\r\n", 1)[0]
    return first.startswith(b"Status: 200") or (bool(output) and not first.startswith(b"Status:"))
