"""Takes a database over from the reference, and gives it back.

    check_takeover.py FOLDER SOCKETS

The reference creates its table and 1,000 users in a new database; Roster serves, changes, deletes and creates some; then
the reference reads them. What both list has to be equal to the byte. FOLDER is for files; SOCKETS is where the
cluster of a running nginx/run has its socket.
"""

import http.client
import json
import pathlib
import signal
import sys
import time

from applications import create_database, reference, roster

USERS = 1000
NAMES = ["Zoë", "Иван", "李小龍", "a\tb\"c\\d", "", "👩‍👩‍👧", "\u2028"]
HOSTS = ["example.com", "Bücher.example.org", "xn--mnchen-3ya.de", "b.co"]


class Service:
    """An application, spoken to over one connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None):
        """The status and the body of an answer."""
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def demand(self, method, path, body=None, status=200):
        """The body of an answer that has to have that status."""
        found, text = self.ask(method, path, body)
        assert found == status, f"{method} {path} {body}: {found} {text}"
        return text

    def list(self):
        return self.demand("GET", f"/users/?limit={10 * USERS}")


def user(number):
    """The same each time: many scripts, and addresses that are normalised."""
    return {"email": f"user.{number}@{HOSTS[number % len(HOSTS)]}", "name": f"{NAMES[number % len(NAMES)]} {number}"}


def equal(what, expected, found):
    """Both as bytes; names the first user that differs."""
    if expected == found:
        return
    for left, right in zip(json.loads(expected), json.loads(found)):
        assert left == right, f"{what}:\n  {left}\n  {right}"
    raise AssertionError(f"{what}: {expected[-300:]}\n  {found[-300:]}")


def fill(service):
    created = [service.demand("POST", "/users/", user(number)) for number in range(1, USERS + 1)]
    listed = service.list()
    equal("the reference lists others than it created", b"[" + b",".join(created) + b"]", listed)
    return listed


def serve(service, before):
    """Roster reads what the reference wrote, one by one too, and knows which addresses are taken."""
    equal("the reference's users, as the reference and Roster list them", before, service.list())
    for stored in json.loads(before)[::97]:
        text = service.demand("GET", f"/users/{stored['id']}")
        assert json.loads(text) == stored, f"{text} {stored}"
    assert service.ask("POST", "/users/", user(1)) == (400, b'{"detail":"Email already exists"}')


def change(service, before):
    """Every third user is touched; the ids of the new ones go on where the reference stopped."""
    ids = [stored["id"] for stored in json.loads(before)]
    for number in ids[0::9]:
        service.demand("PATCH", f"/users/{number}", {"name": f"patched {number}"})
    for number in ids[3::9]:
        service.demand("PUT", f"/users/{number}", {"email": f"put.{number}@EXAMPLE.com", "name": f"put {number}"})
    for number in ids[6::9]:
        service.demand("DELETE", f"/users/{number}", status=204)
    for number in range(USERS + 1, USERS + 101):
        created = json.loads(service.demand("POST", "/users/", user(number)))
        assert created["id"] > ids[-1], created
    after = service.list()
    assert len(json.loads(after)) == USERS - len(ids[6::9]) + 100, len(json.loads(after))
    return after


def take_back(service, after):
    """The reference reads and changes what Roster wrote."""
    equal("Roster's users, as Roster and the reference list them", after, service.list())
    last = json.loads(after)[-1]["id"]
    assert service.ask("POST", "/users/", user(USERS + 1)) == (400, b'{"detail":"Email already exists"}')
    service.demand("PATCH", f"/users/{last}", {"name": "changed back"})
    # The refused one has used up an id.
    assert json.loads(service.demand("POST", "/users/", user(0)))["id"] > last
    service.demand("DELETE", f"/users/{last}", status=204)


def main():
    folder, sockets = map(pathlib.Path, sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    database = f"takeover_{time.time_ns()}"
    create_database(sockets, database)
    with reference(folder, sockets, database) as port:
        before = fill(Service(port))
    with roster(folder, sockets, database) as port:
        service = Service(port)
        serve(service, before)
        after = change(service, before)
    with reference(folder, sockets, database) as port:
        take_back(Service(port), after)


main()
