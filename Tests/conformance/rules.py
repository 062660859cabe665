"""The differences that are allowed: Documentation/differences.md, as code.

A rule gets a request, the reference's answer and ours, which are not equal. It returns whether ours is the one that the
table promises, so it looks at what we answer, not only at what was asked. `ask` sends the reference another request,
one that changes nothing, or that changes there what we have already changed.
"""

import json
import re
import urllib.parse
from dataclasses import replace

from better import VALID, better_answer
from excerpt import text_of, with_excerpts
from http_client import Answer
from pydantic.networks import validate_email
from refusals import refused_write

# By what the reference says, which is the methods of the route that it came to first.
ALLOW = {"POST": "GET, HEAD, OPTIONS, POST", "GET": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
         "GET, HEAD": "GET, HEAD, OPTIONS"}
PAGES = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect")


def path_of(request):
    """The decoded path."""
    return urllib.parse.unquote(re.split("[?#]", re.sub("^[A-Za-z]+://[^/?#]*", "", request.target))[0])


def page_of(request):
    """A newline at its end leads to the page as well."""
    return path_of(request).removesuffix("\n")


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


def long_input(request, theirs, ours, ask):
    """An answer repeats no more of the input than the beginning."""
    if theirs.status != 422 or ours.status != 422 or theirs.headers != ours.headers:
        return False
    return ours.body == text_of({"detail": with_excerpts(json.loads(theirs.body)["detail"])})


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
    """HEAD is GET without its body, of which it says the length. uvicorn says none of what is no HTTP."""
    if request.method != "HEAD" or theirs.status not in (405, 500) and theirs.length is not None:
        return False
    get = replace(request, method="GET")
    expected = ask(get)
    if expected.status == 500:
        expected = better_answer(get)
    return ours == Answer(expected.status, expected.headers | {"content-length": str(expected.length)}, b"")


def options(request, theirs, ours, ask):
    return request.method == "OPTIONS" and theirs.status == 405 and ours.status == 204 and not ours.body and \
        allows(ours, theirs)


def allow(request, theirs, ours, ask):
    """405 names every method of the path, not only one route's."""
    return theirs.status == ours.status == 405 and theirs.body == ours.body and allows(ours, theirs) and \
        ours.headers["content-type"] == theirs.headers["content-type"]


def allows(ours, theirs):
    return ours.headers.get("allow") == ALLOW.get(theirs.headers.get("allow"), "")


def pages(request, theirs, ours, ask):
    """The documentation is our own, and needs no other host."""
    path = page_of(request)
    if path.startswith("/docs/static/"):
        return theirs.status == 404 and ours.status == 200 and request.method in ("GET", "HEAD")
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


def health(request, theirs, ours, ask):
    """Health checks are ours, under one spelling; the database of the suite is there."""
    if theirs.status != 404 or path_of(request) not in ("/livez", "/readyz"):
        return False
    if request.method in ("GET", "HEAD"):
        return ours.status == 200 and ours.body == (b'{"status":"ok"}' if request.method == "GET" else b"")
    return ours.status == (204 if request.method == "OPTIONS" else 405) and ours.headers["allow"] == "GET, HEAD, OPTIONS"


def long_redirect(request, theirs, ours, ask):
    """A Location of more than 30 KiB, which their nginx refuses too where it is longer than 32 KiB."""
    return ours.status == 414 and ours.body == b'{"detail":"URI Too Long"}' and \
        (theirs.status == 502 or theirs.status == 307 and len(theirs.headers["location"]) > 30 << 10)


RULES = {
    "integer out of range": out_of_range, "null character": null_character, "surrogate": surrogate,
    "echo that cannot be printed": unprintable, "long input": long_input,
    "stored address": stored_address, "HEAD": head, "OPTIONS": options, "Allow": allow, "documentation": pages,
    "health checks": health, "long redirect": long_redirect, "refused write": refused_write,
}


def rule_for(request, theirs, ours, ask):
    """The name of the rule that allows the difference, or None."""
    return next((name for name, rule in RULES.items() if rule(request, theirs, ours, ask)), None)
