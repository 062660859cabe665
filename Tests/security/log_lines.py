"""Whatever is sent, stored or refused: the log is lines of its own making, with no character that ends or turns one."""

import json
import re
import unicodedata
import urllib.parse

from wire import ask, request

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info|notice|warning|error|critical) \[\d+\] .")
# Of every script: controls, formats, separators, and what the log's own lines look like.
ODD = ["\u0085", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\u009b31m", "\x7f", "\x0b", "\x0c", "\x1b[2J",
       "\ufeff", "\u061c", "\u180e", "\U000e0041", "\U000110bd", "\ue000", "\n", "\t", "\u0600", "e\u0301\u0085",
       "\r\n2026-01-01T00:00:00.000Z error [1] invented"]
# Around the longest line, with characters of one to four bytes at its end.
LONG = [character * (4_090 // len(character.encode()) + more) for character in "aé日👍" for more in range(8)]
# No line is longer, its end included, so that a pipe takes it whole.
LONGEST = 4_095


def check(stack):
    """With everything logged; at first rows are as they should be, then none fits the program: errors."""
    url = stack.schema("lines")
    stack.sql("SET search_path = lines", "INSERT INTO users (email, name) VALUES ('a@b.co', 'A')")
    with stack.service("lines", "--echo", "--log-level", "trace", url=url) as service:
        with stack.site(service.socket).started() as site:
            while ask(site, request("GET", "/users/1")).status != 200:
                pass
            statuses = [ask(site, data).status for data in [*reads(), *writes()]]
            stack.sql("SET search_path = lines", "ALTER TABLE users ALTER email TYPE bytea USING 'x'")
            failures = [ask(site, data).status for data in reads()]
        yield from wrong(service.log.read_bytes())
    yield from personal(stack)
    if 200 not in statuses or failures.count(503) < 10:
        yield f"the statuses are {set(statuses)}, and then {set(failures)}, so this tries little"


def personal(stack):
    """Without --echo, no address and no name of a user's is in it, whatever is logged."""
    with stack.service("quiet", "--log-level", "trace", url=stack.schema("quiet")) as service:
        with stack.site(service.socket).started() as site:
            while ask(site, request("GET", "/users/")).status != 200:
                pass
            for body in (b'{"email":"personal@b.co","name":"Personal"}', b'{"email":"personal@","name":"Personal"}'):
                for where in ("POST /users/", "POST /users/", "PUT /users/1", "PATCH /users/1", "PATCH /users/2"):
                    ask(site, request(*where.split(), body))
        yield from (f"without --echo the log has {line}" for line in service.lines() if "personal" in line.lower())


def reads():
    for text in map(urllib.parse.quote, ODD + LONG):
        yield request("GET", f"/users/{text}1{text}")
    for count in range(4_000, 4_100, 7):
        yield request("GET", f"/users/{'0' * count}1")


def writes():
    for text in ODD + LONG:
        yield request("PATCH", "/users/1", json.dumps({"name": text}).encode())


def wrong(data):
    """What is no line of the log's."""
    if not data.endswith(b"\n"):
        yield f"the last line is not ended: {data[-80:]}"
    for raw in data[:-1].split(b"\n"):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            yield f"a line is cut in the middle of a character: {error}"
            continue
        if not LINE.match(line) or len(line.splitlines()) != 1 or len(raw) >= LONGEST:
            yield f"this is no line: {ascii(line[:200])}"
        found = {f"U+{ord(character):04X}" for character in line
                 if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")}
        if found:
            yield f"a line has {sorted(found)}: {ascii(line[:200])}"
