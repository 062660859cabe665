"""All peers answer alike, or there is nothing to compare."""

import http.client
import json
import re
import sys

from bench.settings import USERS

ADDRESS = "check@example.com"
NAME = 'Zoë "quoted" \\ / <b>&\n\u0001'


def user(email=ADDRESS, name=NAME):
    return json.dumps({"email": email, "name": name}, ensure_ascii=False).encode()


# What is asked, and whether the body must be the same as well: the texts of validation errors need not.
REQUESTS = [
    *[("GET", f"/users/{id}", None, True) for id in (1, 10, 1000, 123456, USERS, USERS + 1_000_000)],
    ("GET", "/users/?skip=0&limit=100", None, True),
    ("GET", "/users/?skip=5000&limit=100", None, True),
    ("GET", "/users/?skip=900000&limit=100", None, True),
    ("GET", "/users/?skip=2000000&limit=100", None, True),
    ("GET", "/users/", None, True),
    ("POST", "/users/", user(), True),
    ("POST", "/users/", user(), True),  # taken
    ("POST", "/users/", user(email="second@EXAMPLE.com"), True),
    ("PATCH", "/users/77", b'{"name":"User 8000000"}', True),
    ("PATCH", "/users/77", b'{"email":"check@example.com"}', True),  # taken
    ("PATCH", "/users/77", b'{"name":"User 77"}', True),
    ("PATCH", f"/users/{USERS + 1_000_000}", b'{"name":"User"}', True),
    ("POST", "/users/", user(email="no address"), False),
    ("POST", "/users/", user(email="a@b@example.com"), False),
    ("POST", "/users/", user(email="a@localhost"), False),
    ("POST", "/users/", b'{"email":"third@example.com"}', False),
    ("POST", "/users/", b'{"email":"third@example.com","name":1}', False),
    ("POST", "/users/", b'{"email":', False),
    ("PATCH", "/users/77", b'{"name":1}', False),
    ("PATCH", "/users/77", b'[]', False),
    ("GET", "/users/abc", None, False),
    ("GET", "/users/?limit=abc", None, False),
]


def answers(port):
    """The answers to all requests, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for method, path, body, whole in REQUESTS:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        # A chunked answer would be more work for nginx and wrk, and a closed connection much more.
        equal = (response.version, response.headers["Content-Type"], response.headers["Content-Length"] is not None,
                 response.will_close)
        text = response.read()
        yield response.status, equal, comparable(method, text) if whole else None
    connection.close()


def comparable(method, text):
    """Without what differs in every run: the id and the time of a new user."""
    if method != "POST":
        return text
    return re.sub(rb'"id":\d+,"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"', b'"id":0,"created_at":""', text)


def check(ports, database):
    """Ends the program at the first difference. `ports` begins with the peer that is right."""
    expected = None
    for name, port in ports.items():
        given = list(answers(port))
        database.touched = True
        database.restore()
        if expected is None:
            expected = given
        for request, right, answer in zip(REQUESTS, expected, given):
            if right != answer:
                sys.exit(f"{name} answers {request[:3]} with\n    {answer}\nand {next(iter(ports))} with\n    {right}")
    print(f"{len(ports)} peers give the same {len(REQUESTS)} answers")
