"""HTTP/1.1 over a kept connection, with nothing between the suite and the bytes it wants to send."""

import re
import socket
import ssl
from dataclasses import dataclass, field

HOST = "users.example:8080"

# What a client acts on. Date, Server, Connection and the like are the web server's affair.
READ_BY_CLIENTS = (
    "content-type", "location", "allow", "retry-after", "www-authenticate", "set-cookie", "content-encoding",
    "content-language", "vary",
)


@dataclass(frozen=True)
class Request:
    """A request; its text is one character per byte (Latin-1)."""

    method: str
    target: str
    body: bytes | None = None
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False
    version: str = "1.1"
    host: str | None = HOST
    secure: bool = False

    @property
    def scheme(self):
        return "https" if self.secure else "http"

    def encode(self):
        fields = [] if self.host is None else [("Host", self.host)]
        if self.content_type is not None:
            fields.append(("Content-Type", self.content_type))
        fields += self.headers
        body = self.body or b""
        if self.chunked:
            fields.append(("Transfer-Encoding", "chunked"))
            middle = len(body) // 2
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:middle], body[middle:], b"") if part)
            body += b"0\r\n\r\n"
        elif self.body is not None:
            fields.append(("Content-Length", str(len(body))))
        lines = [f"{self.method} {self.target} HTTP/{self.version}", *(f"{name}: {value}" for name, value in fields)]
        return "\r\n".join(lines + ["", ""]).encode("latin-1") + body

    def __str__(self):
        kind = "" if self.content_type is None else f"  [{self.content_type}]"
        extra = "".join(f"  {name}: {value}" for name, value in self.headers) + ("  chunked" if self.chunked else "")
        if (self.host, self.secure, self.version) != (HOST, False, "1.1"):
            extra += f"  HTTP/{self.version} {self.scheme}://{self.host}"
        body = "" if self.body is None else f"\n    {shown(self.body)}"
        return f"{self.method} {shown(self.target.encode('latin-1'))}{kind}{extra}{body}"


@dataclass(frozen=True)
class Answer:
    """What came back: status, the header fields that clients read, the body."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    # Of the body as it came; to HEAD, as it is announced.
    length: int | None = field(default=None, compare=False)

    def __str__(self):
        fields = "  ".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.status}  {fields}\n    {shown(self.body)}"


def shown(data, most=1200):
    text = ascii(data)[2:-1] if not data.isascii() else repr(data)[2:-1]
    try:
        text = data.decode("utf-8") if data.decode("utf-8").isprintable() else text
    except UnicodeDecodeError:
        pass
    return text if len(text) <= most else f"{text[:most]}… ({len(data)} bytes)"


# The certificates are self-signed.
TLS = ssl.create_default_context()
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


class Closed(Exception):
    """The connection ended before an answer began."""


class Connection:
    """A connection to a port of this machine, made again when the server has closed it."""

    def __init__(self, port, secure):
        self.port, self.secure = port, secure
        self.socket = None

    def send(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.secure:
                self.socket = TLS.wrap_socket(self.socket)
            self.input = self.socket.makefile("rb")
        try:
            self.socket.sendall(request.encode())
        except BrokenPipeError:
            pass  # refused before all was read; the answer is there
        except (ConnectionResetError, ssl.SSLEOFError):
            pass

    def receive(self, request):
        try:
            answer, stays = self.read_answer(request)
        except (Closed, OSError):
            self.close()
            return Answer(0, {}, b"no answer")
        if not stays:
            self.close()
        return answer

    def close(self):
        if self.socket is None:
            return
        self.input.close()
        self.socket.close()
        self.socket = None

    def read_answer(self, request):
        status, fields = self.read_head()
        while 100 <= status < 200:
            status, fields = self.read_head()
        body, delimited = self.read_body(request, status, fields)
        stays = delimited and fields.get("connection") != "close" and request.version == "1.1"
        read = {name: fields[name] for name in READ_BY_CLIENTS if name in fields}
        length = len(body)
        if request.method == "HEAD":  # which else says nothing of its body
            length = int(fields["content-length"]) if "content-length" in fields else None
            read["content-length"] = fields.get("content-length")
        return Answer(status, read, body, length), stays

    def read_head(self):
        line = self.input.readline()
        if not line.startswith(b"HTTP/"):  # 0.9 has no head
            raise Closed
        fields = {}
        while (field_line := self.input.readline()) not in (b"\r\n", b""):
            name, value = field_line.decode("latin-1").rstrip("\r\n").split(":", 1)
            name = name.lower()
            fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
        return int(line.split(None, 2)[1]), fields

    def read_body(self, request, status, fields):
        if request.method == "HEAD" or status in (204, 304):
            return b"", True
        if fields.get("transfer-encoding") == "chunked":
            return self.read_chunks(), True
        if "content-length" in fields:
            return self.input.read(int(fields["content-length"])), True
        return self.input.read(), False

    def read_chunks(self):
        chunks = []
        while size := int(self.input.readline().split(b";")[0], 16):
            chunks.append(self.input.read(size))
            self.input.readline()
        self.input.readline()
        return b"".join(chunks)


CREATED_AT = re.compile(rb'"created_at":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"')


# uvicorn's own socket, with which it completes a redirect where Host is of no use.
SOCKET = re.compile(r"https?:///.*/reference\.sock:None(?=/)")


def normalized(answer):
    """The answer without what two servers cannot have in common: when a row was made, where the application listens,
    and the order of a set."""
    headers = dict(answer.headers)
    if "location" in headers:
        headers["location"] = SOCKET.sub("", headers["location"])
    if "allow" in headers:
        headers["allow"] = ", ".join(sorted(headers["allow"].split(", ")))
    return Answer(answer.status, headers, CREATED_AT.sub(b'"created_at":"TIME"', answer.body), answer.length)
