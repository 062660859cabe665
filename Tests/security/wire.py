"""HTTP/1.1 as bytes: what is sent is what the test says, well formed or not."""

import socket
import ssl
import time
from dataclasses import dataclass, field

HOST = "users.example.com"
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE  # nobody vouches for the test's certificate


@dataclass
class Answer:
    status: int
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def get(self, name):
        """The value of a field that may be there once at most."""
        values = self.headers.get(name, [])
        if len(values) > 1:
            raise ValueError(f"{name} is there {len(values)} times")
        return values[0] if values else None


def request(method, target, body=None, **fields):
    """A well-formed request; underscores in the names of fields become hyphens."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}"]
    if body is not None:
        fields = {"Content_Type": "application/json", "Content_Length": len(body)} | fields
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines + ["", ""]).encode("latin-1") + (body or b"")


class Connection:
    """One connection to nginx; TLS unless told otherwise."""

    def __init__(self, site, secure=True, timeout=20, receive_buffer=None, source="", port=None):
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.settimeout(timeout)
        plain.bind((source, 0))
        plain.connect(("127.0.0.1", port or (site.tls_port if secure else site.port)))
        self.socket, self.rest, self.opened = plain, b"", time.monotonic()
        if secure:
            self.socket = TLS.wrap_socket(plain, server_hostname=HOST)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, is_head=False):
        """The next answer; EOFError where there is none."""
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        answer = Answer(int(head[0].split()[1]))
        for line in head[1:]:
            if line:
                name, _, value = line.partition(":")
                answer.headers.setdefault(name.lower(), []).append(value.strip())
        if answer.status == 100:
            return self.answer(is_head)
        if not is_head and answer.status not in (204, 304):
            answer.body = self._body(answer)
        return answer

    def has_ended(self):
        """Whether nginx has ended the connection; on a socket that does not block. Reads what there is."""
        try:
            while self.socket.recv(65536):
                pass
            return True
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True

    def is_established(self):
        """Whether the kernel still has the connection, where nothing is read: the first byte of TCP_INFO is the state."""
        return self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1

    def _body(self, answer):
        if answer.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size)
                self._take(2)
            self._take(2)
            return body
        return self._take(int(answer.get("content-length") or 0))

    def _until(self, mark):
        while mark not in self.rest:
            self._fill()
        head, _, self.rest = self.rest.partition(mark)
        return head

    def _take(self, count):
        while len(self.rest) < count:
            self._fill()
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def _fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("nginx has ended the connection")
        self.rest += data


def ask(site, data, secure=True, source=""):
    """One answer, on a connection of its own."""
    with Connection(site, secure, source=source) as connection:
        try:
            connection.send(data)
        except OSError:
            pass  # nginx has answered without reading to the end
        return connection.answer(is_head=data.startswith(b"HEAD "))


def drain(site, data, source=""):
    """The status of an answer however long, of which nothing is kept; EOFError where it is broken off."""
    with Connection(site, source=source, timeout=60) as connection:
        try:
            connection.send(data)
        except OSError:
            pass
        head = connection.socket.recv(1 << 14)
        if not head:
            raise EOFError("nginx has ended the connection")
        end = head[-16:]
        while more := connection.socket.recv(1 << 18):
            end = (end + more)[-16:]
        if b"chunked" in head and not end.endswith(b"\r\n0\r\n\r\n"):
            raise EOFError("the answer is broken off")
        return int(head[9:12])
