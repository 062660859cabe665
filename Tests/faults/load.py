"""Clients that send one request after the other over kept-alive connections to nginx, and note what becomes of each."""

import asyncio
import contextlib
import random
import re
import threading
import time
from dataclasses import dataclass

from faults.cluster import USERS

# Longer than anything may take: who waits so long has found a request that is not answered.
PATIENCE = 40
# A client that was refused comes back sooner than Retry-After asks for, which only makes it harder.
PAUSE = 0.05
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) ")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOST = 0  # the connection ended without an answer


@dataclass(slots=True)
class Entry:
    """A request and its answer. A write has a tag of its own, which the table `applied` shows where it was applied."""

    kind: str
    tag: str
    sent: float
    done: float = 0.0
    status: int | None = None
    may_retry: bool = False
    client: int = 0

    @property
    def is_write(self):
        return self.kind != "read"

    @property
    def is_success(self):
        return self.status is not None and 200 <= self.status < 300

    @property
    def took(self):
        return self.done - self.sent


# --- What is asked: each returns kind, tag and bytes ----------------------------------------------------------------


def request(method, path, body=""):
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n{body}".encode()


def create(tag):
    return "create", tag, request("POST", "/users/", f'{{"email":"{tag}@example.com","name":"{tag}"}}')


def update(tag, user=None):
    return "update", tag, request("PATCH", f"/users/{user or random.randint(1, USERS)}", f'{{"name":"{tag}"}}')


def read(tag, path=None):
    return "read", tag, request("GET", path or f"/users/{random.randint(1, USERS)}")


def mixed(tag, _client):
    """Six creates, two updates and two reads of ten."""
    return random.choices((create, update, read), (6, 2, 2))[0](tag)


# --- Who asks -------------------------------------------------------------------------------------------------------


class Client(asyncio.Protocol):
    def __init__(self, load, number):
        self.load, self.number = load, number
        self.count = 0
        self.entry = None
        self.transport = None
        self.received = b""
        self.was_refused = False
        self.connecting = None

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""
        self.send()

    def send(self):
        if self.load.is_stopping or self.transport is None:
            return self.leave()
        self.count += 1
        kind, tag, text = self.load.choose(f"{self.load.name}-{self.number}-{self.count}", self.number)
        self.entry = Entry(kind, tag, time.monotonic(), client=self.number)
        self.load.entries.append(self.entry)
        self.load.writes += self.entry.is_write
        self.transport.write(text)

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        status = int(HEAD.match(head)[1])
        length = LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return
        self.received = b""
        self.answered(status, b"\r\nretry-after:" in head.lower())
        if b"\r\nconnection: close" in head.lower():
            self.transport.close()
        else:
            self.pause(self.send)

    def answered(self, status, may_retry=False):
        entry, self.entry = self.entry, None
        if entry:
            entry.done, entry.may_retry = time.monotonic(), may_retry
            entry.status = status
            self.was_refused = not entry.is_success

    def connection_lost(self, _error):
        self.answered(LOST)
        self.transport = None
        if self.load.is_stopping:
            return self.leave()
        self.pause(self.reconnect)

    def pause(self, then):
        seconds = self.load.pause + (PAUSE if self.was_refused else 0)
        if seconds:
            self.load.loop.call_later(seconds * random.uniform(0.5, 1.5), then)
        else:
            then()

    def reconnect(self):
        self.connecting = self.load.loop.create_task(self.connect())

    async def connect(self):
        try:
            await self.load.loop.create_connection(lambda: self, "127.0.0.1", self.load.port)
        except OSError:
            self.was_refused = True
            self.pause(self.reconnect)

    def leave(self):
        if self.transport:
            self.transport.close()
        self.load.left(self)

    def give_up(self, now):
        if self.entry and now - self.entry.sent > PATIENCE and self.transport:
            self.transport.abort()


class InThread:
    """Its `run` runs in a thread of its own, from the beginning of the block to its end, at which it is asked to stop."""

    def __init__(self):
        self.entries = []
        self.is_stopping = False
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_stopping = True
        self.thread.join()


class Load(InThread):
    """`with Load(…)` sends until the block ends, in a thread of its own; then every request has its entry."""

    started = 0

    def __init__(self, port, clients, choose=mixed, pause=0.0):
        Load.started += 1
        self.name = f"w{Load.started}"
        self.port, self.clients, self.choose, self.pause = port, clients, choose, pause
        self.writes = 0
        self.here = set()
        super().__init__()

    async def run(self):
        self.loop = asyncio.get_running_loop()
        self.all_left = asyncio.Event()
        self.here = {Client(self, number) for number in range(self.clients)}
        for client in list(self.here):
            await client.connect()
        while not self.all_left.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.all_left.wait(), 0.5)
            for client in list(self.here):
                client.give_up(time.monotonic())

    def left(self, client):
        self.here.discard(client)
        if not self.here:
            self.all_left.set()

    # --- While it runs

    def wait_for_writes(self, count, seconds=120):
        """Until that many writes have been sent in all."""
        end = time.monotonic() + seconds
        while self.writes < count and time.monotonic() < end:
            time.sleep(0.02)

    def wait_for_success(self, after, seconds=30):
        """Until a request that was answered after this moment was answered well."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if any(entry.is_success and entry.done > after for entry in self.entries[-5 * self.clients:]):
                return
            time.sleep(0.02)
