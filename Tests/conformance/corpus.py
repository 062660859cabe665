"""Writes the corpus that ConformanceTests replays in `swift test`: what both sides answered alike.

A line is a request and its answer, in fields between tabs: method, target, content type, body, status, content type,
location, body. A byte that can't be seen is `\\xHH`, a backslash `\\\\`, a field that is absent `-`. The line is only
right after all those before it, on a new database; the time of `created_at` is the word TIME.
"""

import posixpath
import unicodedata

from rules import is_page, path_of

# A pair with more bytes is left out, unless it changed something, which none of a megabyte does.
LONGEST = 600
LARGEST = 100_000


def write(path, pairs):
    lines = [line for request, answer in pairs if (line := line_of(request, answer))]
    path.write_bytes(b"".join(lines))
    print(f"{len(lines)} pairs, {path.stat().st_size // 1024} KiB")


def line_of(request, answer):
    if not reached_the_application(request, answer):
        return None
    fields = [
        request.method, request.target, request.content_type, request.body, str(answer.status),
        *(answer.headers.get(name) for name in ("content-type", "location")), answer.body]
    line = b"\t".join(escape(field) for field in fields) + b"\n"
    return line if len(line) <= (LARGEST if has_effects(request, answer) else LONGEST) else None


def reached_the_application(request, answer):
    return not is_page(posixpath.normpath(path_of(request))) and not answer.body.startswith(b"Invalid HTTP")


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
