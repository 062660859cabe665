"""Writes the corpus that ConformanceTests replays in `swift test`: what both sides answered alike.

A line is a request and its answer, in fields between tabs: method, target, scheme, host, content type, body, status,
content type, location, body. A byte that can't be seen is `\\xHH`, a backslash `\\\\`, a field that is absent `-`, and
as a host `=` the usual one. The line is only right after all those before it, on a new database; the time of
`created_at` is the word TIME.
"""

import json
import unicodedata

from http_client import HOST
from rules import PAGES, page_of

# A pair with more bytes is left out, unless it changed something, which none of a megabyte does.
LONGEST = 600
LARGEST = 100_000


def write(path, pairs):
    lines = [line for request, answer in pairs if (line := line_of(request, answer))]
    path.write_bytes(b"".join(lines))
    print(f"{len(lines)} pairs, {path.stat().st_size // 1024} KiB")


def line_of(request, answer):
    if not reached_the_application(request, answer) or is_rewritten(request):
        return None
    fields = [
        request.method, request.target, request.scheme, host(request), request.content_type, request.body,
        str(answer.status),
        *(answer.headers.get(name) for name in ("content-type", "location")), answer.body]
    line = b"\t".join(escape(field) for field in fields) + b"\n"
    return line if len(line) <= (LARGEST if has_effects(request, answer) else LONGEST) else None


def host(request):
    """Without the space around it, as nginx passes it on."""
    return "=" if request.host == HOST else request.host and request.host.strip(" ")


# What nginx answers itself, and no application does.
BY_NGINX = (400, "Bad Request"), (413, "Content Too Large"), (414, "URI Too Long")


def reached_the_application(request, answer):
    if request.method in ("TRACE", "CONNECT") or page_of(request) in PAGES and answer.status == 200:
        return False
    if answer.headers.get("content-type") != "application/json":
        return True
    return not any(
        answer.status == status and answer.body in (b"", detail(text)) for status, text in BY_NGINX)


def is_rewritten(request):
    """Whether nginx gives the application something else than what is in the line."""
    names = {name.lower() for name, _ in request.headers}
    return not request.target.startswith("/") or not names.isdisjoint(("host", "content-type"))


def detail(text):
    return json.dumps({"detail": text}, separators=(",", ":")).encode()


def has_effects(request, answer):
    """On the users, or on the next one's id."""
    return request.method in ("POST", "PUT", "PATCH", "DELETE") and (
        answer.status in (200, 204) or b"already exists" in answer.body)


def escape(field):
    if field is None:
        return b"-"
    data = field.encode("latin-1") if isinstance(field, str) else field
    if data == b"-":
        return rb"\x2d"
    text = data.replace(b"\\", b"\\\\").decode("utf-8", "surrogateescape")
    return "".join(map(escape_character, text)).encode()


def escape_character(character):
    if character.isprintable() and not unicodedata.category(character).startswith("M"):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
