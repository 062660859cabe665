"""What a web server sends over FastCGI (specification, section 3.3), for clients that are one."""

import struct

BEGIN, PARAMS, STDIN = 1, 4, 5
LONGEST = 32 << 10


def request(method, target, body):
    parameters = {"REQUEST_METHOD": method, "REQUEST_URI": target, "CONTENT_TYPE": "application/json",
                  "CONTENT_LENGTH": str(len(body))}
    pairs = b"".join(bytes((len(name), len(value))) + name.encode() + value.encode()
                     for name, value in parameters.items())
    parts = [body[start:start + LONGEST] for start in range(0, len(body), LONGEST)]
    return b"".join([record(BEGIN, b"\0\1\0\0\0\0\0\0"), record(PARAMS, pairs), record(PARAMS, b""),
                     *(record(STDIN, part) for part in parts), record(STDIN, b"")])


def record(kind, content):
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), 0, 0) + content
