"""The differences that are allowed: Documentation/differences.md, as code.

A rule gets a request, the reference's answer and ours, which are not equal. It returns whether ours is the one that the
table promises, so it looks at what we answer, not only at what was asked. `ask` sends the reference another request,
one that changes nothing, or that changes there what we have already changed.
"""

import json
import posixpath
import re
from dataclasses import replace

from better import VALID, better_answer
from http_client import Answer
from pydantic.networks import validate_email

ALLOW = {"collection": "GET, HEAD, OPTIONS, POST", "item": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"}
PAGES = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect")


def detail(status, text, **headers):
    """An answer in the API's shape for errors."""
    fields = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(status, fields, json.dumps({"detail": text}, separators=(",", ":")).encode())


def without_body_of_head(request, answer):
    return replace(answer, body=b"") if request.method == "HEAD" else answer


def path_of(request):
    return re.split("[?#]", request.target)[0]


# MARK: What the application does better

def refused(request, theirs, ours, ask):
    """Values that crash the reference, or that it finds out too late, are errors of validation."""
    return theirs.status in (500, 422, 404) and ours.status == 422 and ours == better_answer(request)


def out_of_range(request, theirs, ours, ask):
    return refused(request, theirs, ours, ask) and kinds(ours) & {"greater_than_equal", "less_than_equal"}


def null_character(request, theirs, ours, ask):
    return refused(request, theirs, ours, ask) and b"null characters are not allowed" in ours.body


def surrogate(request, theirs, ours, ask):
    return refused(request, theirs, ours, ask) and "string_unicode" in kinds(ours)


def unprintable(request, theirs, ours, ask):
    return theirs.status == 500 and refused(request, theirs, ours, ask)


def kinds(answer):
    return {error["type"] for error in json.loads(answer.body)["detail"]}


def stored_address(request, theirs, ours, ask):
    """An address that is stored but would be refused today is given out as it is."""
    if theirs.status != 500 or ours.status != 200 or better_answer(request).status != VALID:
        return False
    users = json.loads(ours.body)
    return any(not is_address(user["email"]) for user in (users if isinstance(users, list) else [users]))


def is_address(text):
    try:
        return bool(validate_email(text))
    except ValueError:
        return False


def head(request, theirs, ours, ask):
    """HEAD is GET without its body."""
    if request.method != "HEAD" or theirs.status not in (405, 500):
        return False
    get = replace(request, method="GET")
    expected = ask(get)
    if expected.status == 500:
        expected = better_answer(get)
    return ours == Answer(expected.status, expected.headers, b"")


def options(request, theirs, ours, ask):
    return request.method == "OPTIONS" and theirs.status == 405 and ours.status == 204 and not ours.body and \
        allows(ours, theirs)


def allow(request, theirs, ours, ask):
    """405 names every method of the path, not only one route's."""
    return theirs.status == ours.status == 405 and theirs.body == ours.body and allows(ours, theirs) and \
        ours.headers["content-type"] == theirs.headers["content-type"]


def allows(ours, theirs):
    """The route that the reference came to first tells which path it is."""
    kind = {"POST": "collection", "GET": "item"}.get(theirs.headers.get("allow"))
    return kind is not None and ours.headers.get("allow") == ALLOW[kind]


def pages(request, theirs, ours, ask):
    """The documentation is our own, and needs no other host."""
    path = path_of(request)
    if path.startswith("/docs/static/"):
        allowed = detail(405, "Method Not Allowed", allow="GET, HEAD")
        return theirs.status == 404 and (ours.status == 200 and request.method in ("GET", "HEAD") or ours == allowed)
    if path not in PAGES or theirs.status != 200 or ours.status != 200:
        return False
    if request.method == "HEAD" or path != "/openapi.json":
        return b"://" not in ours.body and same_type(theirs, ours)
    return same_type(theirs, ours) and contains(json.loads(ours.body), json.loads(theirs.body))


def same_type(theirs, ours):
    return theirs.headers["content-type"] == ours.headers["content-type"]


def contains(ours, theirs):
    """Ours has everything that theirs has; `info` is the program's own."""
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and all(
            key == "info" or key in ours and contains(ours[key], value) for key, value in theirs.items())
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(contains, ours, theirs))
    return ours == theirs


def is_page(path):
    return path in PAGES or path.startswith("/docs/static/")


# MARK: What nginx answers before the application can

def malformed_target(request, theirs, ours, ask):
    """A path with a broken or a NUL escape, or one that climbs above the root, is a bad request to nginx."""
    path = path_of(request)
    return ours == without_body_of_head(request, detail(400, "Bad Request")) and (
        re.search("%(?![0-9A-Fa-f]{2})|%00", path) is not None or climbs(path))


def climbs(path):
    depth = 0
    for segment in re.sub("%2[Ff]", "/", re.sub("%2[Ee]", ".", path)).split("/"):
        depth += -1 if segment == ".." else 0 if segment in ("", ".") else 1
        if depth < 0:
            return True
    return False


NO_HTTP = Answer(400, {"content-type": "text/plain; charset=utf-8"}, b"Invalid HTTP request received.")


def is_no_http(request, theirs):
    return theirs == without_body_of_head(request, NO_HTTP)


def refused_by_both(request, theirs, ours, ask):
    """What is no HTTP is a 400 on both sides, in each server's words."""
    return is_no_http(request, theirs) and ours == without_body_of_head(request, detail(400, "Bad Request"))


def not_ascii(request, theirs, ours, ask):
    """The reference's server refuses bytes beyond ASCII in a target; nginx takes them for what their escapes say."""
    escaped = re.sub("[\x80-\xff]", lambda found: f"%{ord(found[0]):02X}", request.target)
    return is_no_http(request, theirs) and escaped != request.target and as_for(replace(request, target=escaped), ours,
        ask)


def control_character(request, theirs, ours, ask):
    """The reference's server refuses control characters in a field; to nginx they are space (RFC 9110, section 5.5)."""
    kind = request.content_type or ""
    cleaned = re.sub("[\x01-\x1f\x7f]", " ", kind)
    return is_no_http(request, theirs) and cleaned != kind and \
        as_for(replace(request, content_type=cleaned), ours, ask)


def unknown_method(request, theirs, ours, ask):
    """The reference's server refuses methods that it does not know; nginx passes every word in capitals on."""
    return is_no_http(request, theirs) and as_for(replace(request, method="PROPFIND"), ours, ask)


def dots(request, theirs, ours, ask):
    """nginx resolves dot segments before it looks for a page of the documentation."""
    path = re.sub("%2[Ee]", ".", path_of(request))
    resolved = posixpath.normpath(path)
    return resolved != path and is_page(resolved) and theirs.status in (404, 307) and \
        as_for(replace(request, target=request.target.replace(path_of(request), resolved, 1)), ours, ask)


def as_for(request, ours, ask):
    """Whether our answer is the right one for another request, which the reference does not refuse."""
    theirs = ask(request)
    return not is_no_http(request, theirs) and (ours == theirs or rule_for(request, theirs, ours, ask) is not None)


def trace(request, theirs, ours, ask):
    """nginx refuses TRACE itself."""
    return request.method == "TRACE" and not is_no_http(request, theirs) and ours == detail(405, "Method Not Allowed",
        allow="GET, HEAD")


def too_large(request, theirs, ours, ask):
    """Bodies beyond 1 MiB, and targets beyond 16 KiB, are refused before they are read."""
    return len(request.body or b"") > 1 << 20 and ours == detail(413, "Content Too Large") or \
        len(request.target) > 16_000 and ours == detail(414, "URI Too Long")


RULES = {
    "integer out of range": out_of_range, "null character": null_character, "surrogate": surrogate,
    "echo that cannot be printed": unprintable,
    "stored address": stored_address, "HEAD": head, "OPTIONS": options, "Allow": allow, "documentation": pages,
    "malformed target": malformed_target, "bytes beyond ASCII": not_ascii, "no HTTP": refused_by_both,
    "control character": control_character, "unknown method": unknown_method, "TRACE": trace, "dot segments": dots,
    "too large": too_large,
}


def rule_for(request, theirs, ours, ask):
    """The name of the rule that allows the difference, or None."""
    return next((name for name, rule in RULES.items() if rule(request, theirs, ours, ask)), None)
