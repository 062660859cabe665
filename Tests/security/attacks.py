"""What somebody at one address can do within nginx's limits; bystander.py measures what the others get meanwhile."""

import itertools
import os
import pwd
import resource
import socket
import time
from dataclasses import dataclass, field
from typing import Callable

import http2_attacks as http2
from wire import HOST, Connection, request

LONG = 1_040_000  # of a name, so that a body with it is below 1 MiB
MEGABYTE = 1 << 20
# nginx keeps no more than this on the disk, for all clients together.
MOST_ON_DISK = 0


def nothing(*_):
    return ()


@dataclass
class Attack:
    """`client` is a generator: it yields what each deed came to, for ever."""

    name: str
    clients: int
    client: Callable
    prepare: Callable = field(default=nothing)
    enter: Callable = field(default=nothing)
    judge: Callable = field(default=nothing)


# --- Bodies of 1 MiB


def padded(head, unit, tail):
    return head + unit * ((MEGABYTE - len(head) - len(tail)) // len(unit)) + tail


def keys():
    text = b",".join(b'"k%d":1' % number for number in range(90_000))
    return b"{" + text[:MEGABYTE - 2].rpartition(b",")[0] + b"}"


def lists():
    """The first element is large, and there are 1,023 more."""
    return b'{"x":[[' + b",".join([b"1e15"] * 205_000) + b"]" + b",0" * 1023 + b"]}"


def deep():
    one = b"[" * 900 + b"]" * 900
    return b"[" + b",".join([one] * 581) + b"]"


def email(text):
    return padded(b'{"name":"A","email":"', text, b'@b.co"}')


BODIES = {
    "numbers": padded(b'{"x":[', b"1e15,", b"1]}"), "lists": lists(), "deep": deep(), "keys": keys(),
    "email": email(b"a"), "email-marks": email(b"a\xcc\x81"), "email-dots": email(b"a."),
    "escapes": padded(b'{"name":"', b"\\u00e9", b'"}'),
    "strings": padded(b"[", b'"",', b'""]'), "garbage": padded(b"", b"\xff", b""),
}


def sending(method, path, body):
    def client(site, _):
        with Connection(site) as connection:
            while True:
                connection.send(request(method, path, body))
                yield connection.answer().status
    return client


def all_bodies(site, number):
    """One after another."""
    with Connection(site) as connection:
        for body in itertools.islice(itertools.cycle(BODIES.values()), number, None):
            connection.send(request("POST", "/users/", body))
            yield connection.answer().status


# --- Pages


def reading(path, method="GET"):
    """The whole answer, however long, without keeping it. It counts when it begins: its end may be behind this part's."""
    def client(site, _):
        while True:
            with Connection(site) as connection:
                connection.send(request(method, path, Connection="close"))
                yield int(connection.socket.recv(12)[9:12])
                while connection.socket.recv(1 << 16):
                    pass
    return client


def reading_slowly(path):
    """A large page, a few kilobytes a second."""
    def client(site, _):
        with Connection(site, receive_buffer=4096) as connection:
            connection.send(request("GET", path, Connection="close"))
            head = connection.socket.recv(12)
            yield int(head[9:12])
            while connection.socket.recv(2048):
                time.sleep(0.5)
        yield "read"
    return client


def going_away(path):
    """Within 50 ms."""
    def client(site, _):
        while True:
            with Connection(site) as connection:
                connection.send(request("GET", path))
                time.sleep(0.05)
            yield "aborted"
            time.sleep(0.3)
    return client


def long_names(stack):
    """The default page has 104 MB."""
    stack.sql(f"UPDATE users SET name = repeat('x', {LONG}) WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 100)")


def short_names(stack):
    stack.sql("UPDATE users SET name = 'A' WHERE length(name) > 1000")


def is_kept_on_disk(site):
    """What nginx has in temporary files, which have no name."""
    size = 0
    for pid in site.workers():
        for descriptor in os.scandir(f"/proc/{pid}/fd"):
            try:
                if str(site.folder / "temporary") in os.readlink(descriptor.path):
                    size += os.stat(descriptor.path).st_size
            except OSError:
                pass  # closed meanwhile
    if size > MOST_ON_DISK:
        yield f"nginx has {size:,} bytes of answers on the disk"


# --- Rows and sockets


def patching(site, _):
    with Connection(site) as connection:
        for number in itertools.count():
            connection.send(request("PATCH", "/users/1000", b'{"name":"%d"}' % number))
            yield connection.answer().status


def beginning(site, _):
    """Half a head, and no more."""
    with Connection(site) as connection:
        connection.send(f"GET /users/ HTTP/1.1\r\nHost: {HOST}\r\n".encode())
        while True:
            yield "half a head"
            if connection.socket.recv(1) == b"":
                return


def uploading(site, _):
    """Half a body, and no more."""
    with Connection(site) as connection:
        head = request("POST", "/users/", Content_Type="application/json", Content_Length=MEGABYTE)
        connection.send(head + b"[" * 1000)
        yield "half a body"
        yield connection.answer().status


def as_web_server():
    """Another program of nginx's user, with as many descriptors as it likes."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (20_000, 20_000))
    if os.geteuid() == 0:
        user = pwd.getpwnam("www-data")
        os.setgroups([])
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)


def holding(site, _):
    """8,600 connections to the service's own socket, on which nothing is sent."""
    held = []
    while True:
        while len(held) < 8600:
            held.append(socket.socket(socket.AF_UNIX))
            held[-1].settimeout(5)
            held[-1].connect(str(site.socket))
            yield "connected"
        time.sleep(0.2)
        held = [one for one in held if is_open(one)]


def is_open(one):
    one.setblocking(False)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


TAKEN = b'{"email":"user1@example.com","name":"A"}'
ATTACKS = [
    *(Attack(name, 16, sending("POST", "/users/", BODIES[name]))
      for name in ("numbers", "lists", "deep", "keys", "email")),
    Attack("bodies", 16, all_bodies),
    Attack("long-names", 16, sending("PATCH", "/users/1001", b'{"name":"%s"}' % (b"x" * LONG))),
    Attack("skip", 90, sending("GET", "/users/?skip=9223372036854775807&limit=1", None)),
    Attack("limit", 16, reading("/users/?limit=1000000")),
    Attack("limit-head", 16, reading("/users/?limit=1000000", "HEAD")),
    Attack("stored-names", 16, reading("/users/"), prepare=long_names),
    Attack("slow-readers", 90, reading_slowly("/users/"), prepare=long_names, judge=is_kept_on_disk),
    Attack("slow-pages", 90, reading_slowly("/users/?limit=1000000"), prepare=short_names, judge=is_kept_on_disk),
    Attack("aborts", 16, going_away("/users/?skip=999999&limit=1")),
    Attack("aborted-pages", 16, going_away("/users/?limit=1000000")),
    Attack("taken", 16, sending("POST", "/users/", TAKEN)),
    Attack("one-row", 80, patching),
    Attack("half-heads", 300, beginning),
    Attack("half-bodies", 95, uploading),
    Attack("rapid-reset", 4, http2.resetting),
    Attack("streams", 4, http2.asking),
    Attack("closed-windows", 4, http2.not_reading("/users/?limit=1000000"), judge=is_kept_on_disk),
    Attack("peers", 1, holding, enter=as_web_server),
]
