"""What one client may take from the others: requests, connections, bytes and time."""

import statistics
import time

from stack.service import wait_for
from wire import Connection, ask, request

# Linux takes all of 127.0.0.0/8 for itself, so there is more than one client on this machine.
OTHER = "127.0.0.2"
PAGE = request("GET", "/users/?limit=0")
UPLOAD = request("POST", "/users/", Content_Type="application/json", Content_Length=100)
# More than the 4 MiB that the kernel takes from nginx for a connection.
SCRIPTS = request("GET", "/docs/static/swagger-ui-bundle.js") * 8


def check_rate(stack):
    """400 requests at once and 100 a second; more get a 429 until Retry-After has passed, and nobody else does."""
    count = 700
    with stack.site().started() as site:
        with Connection(site) as connection:
            began = time.monotonic()
            connection.send(PAGE * count)
            answers = [connection.answer() for _ in range(count)]
            took = time.monotonic() - began
        taken = [answer for answer in answers if answer.status == 200]
        refused = [answer for answer in answers if answer.status != 200]
        if not 400 <= len(taken) <= 402 + 100 * took:
            yield f"{len(taken)} of {count} requests within {took:.1f} s were taken"
        yield from wrong(refused)
        if ask(site, PAGE, source=OTHER).status != 200:
            yield "another client is refused as well"
        time.sleep(int(refused[-1].get("retry-after")) if refused else 0)
        if ask(site, PAGE).status != 200:
            yield "after Retry-After a request is still refused"


def check_connections(stack):
    """100 requests under way from one address."""
    with stack.site().started() as site:
        uploads = [Connection(site) for _ in range(100)]
        for upload in uploads:
            upload.send(UPLOAD)  # its body never comes
        wait_for(lambda: ask(site, PAGE).status == 429)
        yield from wrong([ask(site, PAGE)])
        if ask(site, PAGE, source=OTHER).status != 200:
            yield "another client is refused as well"
        for upload in uploads:
            upload.socket.close()
        wait_for(lambda: ask(site, PAGE).status == 200)


def check_sizes(stack):
    """The largest that is taken, and one more; answers.py has the rest."""
    with stack.site().started() as site:
        body = b'{"email":"","name":"%s"}' % (b"x" * ((1 << 20) - 22))
        if ask(site, request("POST", "/users/", body)).status != 422:
            yield "a body of 1 MiB does not reach the application"
        if ask(site, request("POST", "/users/", body + b" ")).status != 413:
            yield "a body of 1 MiB and one byte is not refused"
        chunks = request("POST", "/users/", Content_Type="application/json", Transfer_Encoding="chunked")
        chunks += b"%x\r\n%s\r\n0\r\n\r\n" % (2 << 20, b"x" * (2 << 20))
        if ask(site, chunks).status != 413:
            yield "a body of 2 MiB in chunks is not refused"
        if ask(site, request("GET", "/users/?limit=0", X="a" * (16000))).status != 200:
            yield "a header field of 16,000 bytes is refused"


def check_slow_clients(stack):
    """Clients that stall are ended, each within its time, and keep nobody waiting."""
    with stack.site().started() as site:
        # What they do, how many they are, what they begin with, and within how many seconds they are ended.
        groups = [
            Stalling(site, "never begin on port 443", 50, b"", 15, secure=False, port=site.tls_port),
            Stalling(site, "never begin on port 80", 50, b"", 15, secure=False, port=site.port),
            Stalling(site, "send a header field a second", 200, PAGE[:-2], 15, drip=b"X: y\r\n"),
            Stalling(site, "send no body", 40, UPLOAD, 15),
            Stalling(site, "do not read", 40, SCRIPTS, 30, receive_buffer=4096, reads=False),
        ]
        times, end = [], time.monotonic() + 60
        while any(group.open for group in groups) and time.monotonic() < end:
            for group in groups:
                group.go_on()
            for _ in range(10):
                began = time.monotonic()
                if ask(site, PAGE, source=OTHER).status != 200:
                    yield "while others stall, a request is not answered with 200"
                times.append(time.monotonic() - began)
                time.sleep(0.1)
        # The median, because on a machine that is busy with other tests single requests may have to wait.
        if statistics.median(times) > 0.5:
            yield f"while others stalled, half of all requests took longer than {statistics.median(times):.1f} s"
        for group in groups:
            yield from group.problems()


class Stalling:
    """Clients that stop in the middle."""

    def __init__(self, site, name, count, data, limit, drip=b"", port=None, reads=True, **options):
        self.name, self.count, self.limit, self.drip, self.reads, self.lives = name, count, limit, drip, reads, []
        self.open = [Connection(site, port=port, **options) for _ in range(count)]
        for connection in self.open:
            connection.send(data)
            connection.socket.settimeout(0)

    def go_on(self):
        for connection in list(self.open):
            if self.goes_on(connection):
                continue
            self.open.remove(connection)
            self.lives.append(time.monotonic() - connection.opened)

    def goes_on(self, connection):
        if not self.reads:
            return connection.is_established()
        try:
            connection.send(self.drip)
        except OSError:
            return False
        return not connection.has_ended()

    def problems(self):
        if self.open:
            yield f"{len(self.open)} of {self.count} clients that {self.name} are still there"
        # nginx's defaults are 60 s; between looks, this client is busy with others.
        if self.lives and not self.limit - 2 <= min(self.lives) <= max(self.lives) <= self.limit + 20:
            lives = f"{min(self.lives):.0f} to {max(self.lives):.0f}"
            yield f"clients that {self.name} were ended after {lives} s instead of {self.limit}"


def wrong(answers):
    """What is wrong with refusals."""
    for answer in answers:
        expected = (429, "application/json", "1", b'{"detail":"Too Many Requests"}')
        if (answer.status, answer.get("content-type"), answer.get("retry-after"), answer.body) != expected:
            yield f"a refusal is {answer}"
            return
