"""Another program that may connect to the socket holds all the connections that it can: it takes places from nobody."""

import contextlib
import resource
import socket
import time

from wire import ask, request

# Two workers have 4,096 places each.
COUNT = 9000
BEGIN = bytes([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
ABORT = bytes([1, 2, 0, 1, 0, 0, 0, 0])
PARAMETERS = b"\x0b\x06REQUEST_URI/livez\x0e\x03REQUEST_METHODGET"
REQUEST = BEGIN + bytes([1, 4, 0, 1, 0, len(PARAMETERS), 0, 0]) + PARAMETERS + bytes([1, 4, 0, 1, 0, 0, 0, 0])
END = bytes([1, 5, 0, 1, 0, 0, 0, 0])
# What each of them sends.
KINDS = {
    "nothing": b"", "a byte": b"\1", "half a request": BEGIN + REQUEST[16:30], "a request without its end": REQUEST,
    "a body without its end": REQUEST + bytes([1, 5, 0, 1, 4, 0, 0, 0]) + b"x" * 1024,
    "a request that it aborts": BEGIN + ABORT, "one request": REQUEST + END, "nonsense": b"GET / HTTP/1.1\r\n\r\n",
    "records of nobody": bytes([1, 5, 0, 9, 255, 255, 0, 0, 1]),
}


def check(stack):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    nobody = f"host={stack.folder} user=nobody"
    with stack.service("peers", "--workers", "2", url=nobody) as service, stack.site(service.socket).started() as site:
        began = time.monotonic()
        for number, (name, data) in enumerate(KINDS.items()):
            yield from bystander(site, f"127.0.0.{10 + number}", name, data, service.socket)
        lines = sum("connections are as many as there may be" in line for line in service.lines())
        if not 1 <= lines <= 2 * (2 + (time.monotonic() - began) / 5):
            yield f"{lines} lines in the log"


def bystander(site, source, name, data, address):
    """While they are held, requests are answered."""
    with contextlib.ExitStack() as held:
        for _ in range(COUNT):
            held.enter_context(peer(address, data))
        for _ in range(10):
            began = time.monotonic()
            answer = ask(site, request("GET", "/livez"), source=source)
            if answer.status != 200 or time.monotonic() - began > 5:
                yield f"while {COUNT} peers hold {name}: {answer.status} after {time.monotonic() - began:.1f} s"


def peer(address, data):
    """A connection, as soon as there is room in the socket's queue."""
    end = time.monotonic() + 60
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(str(address))
            client.send(data)
            return client
        except BlockingIOError:
            client.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
