"""What a program outside of Roster, made of its libraries, answers behind nginx.

    Tests/newcomer/run
"""

import concurrent.futures
import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.request

from stack.machine import TOP, accepts, free_port, temporary_folder
from stack.nginx import Nginx
from stack.postgres import Cluster
from stack.service import Stack

HTTP = """
    access_log off;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    upstream roster {{ server unix:{socket}; include roster/upstream.conf; }}
    server {{
        listen      127.0.0.1:{port};
        server_name localhost;
        root        {pages};
        include     roster/server.conf;
    }}
"""
PORT = free_port()
PROGRAM = None


def send(method, path, body=None, tenant="acme", **headers):
    """The status, the header and the body, as JSON where there is one."""
    client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if tenant:
        headers["x-tenant"] = tenant
    if body is not None:
        body, headers["Content-Type"] = json.dumps(body), "application/json"
    client.request(method, path, body, headers)
    answer = client.getresponse()
    text = answer.read()
    client.close()
    return answer.status, answer.headers, json.loads(text) if text else None


def make_group(title, **fields):
    return send("POST", "/groups/", {"title": title, "starts_on": "2026-11-27", "owner_id": 1, **fields})


def put_member(path):
    """The status; on a busy machine a lock is waited for in vain, and a 503 means that nothing was done."""
    while (status := send("PUT", path)[0]) == 503:
        pass
    return status


class Groups(unittest.TestCase):
    def test_a_group_is_made_where_location_says(self):
        status, headers, group = make_group("Friends", kind="public", description="of ours")
        self.assertEqual(status, 201)
        self.assertEqual(headers["Location"], f"/groups/{group['id']}")
        self.assertEqual(group, {
            "id": group["id"], "title": "Friends", "kind": "public", "starts_on": "2026-11-27",
            "description": "of ours", "owner_id": 1, "members": 0})
        self.assertEqual(send("GET", headers["Location"])[2], group)
        self.assertEqual(send("GET", headers["Location"], tenant="other")[0], 404)

    def test_what_is_wrong_is_told_at_once(self):
        status, _, answer = send("POST", "/groups/", {"title": "", "kind": "x", "starts_on": "2026-02-30"}, tenant=None)
        self.assertEqual(status, 422)
        self.assertEqual([error["loc"] for error in answer["detail"]], [
            ["header", "X-Tenant"], ["body", "title"], ["body", "kind"], ["body", "starts_on"], ["body", "owner_id"]])

    def test_constraints_have_answers(self):
        make_group("Twice")
        status, _, answer = make_group("Twice")
        self.assertEqual((status, answer), (409, {"detail": "Title already exists"}))
        status, _, answer = make_group("Ownerless", owner_id=99)
        self.assertEqual((status, answer), (422, {"detail": [{
            "type": "value_error", "loc": ["body", "owner_id"], "msg": "Owner not found", "input": 99}]}))

    def test_an_etag_saves_the_body(self):
        path = make_group("Tagged")[1]["Location"]
        tag = send("GET", path)[1]["ETag"]
        status, headers, body = send("GET", path, if_none_match=tag)
        self.assertEqual((status, headers["ETag"], body), (304, tag, None))
        send("PATCH", path, {"kind": "owner"})
        self.assertEqual(send("GET", path, if_none_match=tag)[0], 200)

    def test_absent_is_not_null(self):
        path = make_group("Described", description="words")[1]["Location"]
        self.assertEqual(send("PATCH", path, {"title": "Undescribed"})[2]["description"], "words")
        group = send("PATCH", path, {"description": None, "starts_on": "2027-01-01"})[2]
        self.assertEqual(group["starts_on"], "2027-01-01")
        self.assertEqual((group["title"], group["description"]), ("Undescribed", None))

    def test_filters_and_pages(self):
        for number, kind in enumerate(["owner", "team", "public"]):
            send("POST", "/groups/", {"title": kind, "kind": kind, "starts_on": f"2027-01-0{number + 1}", "owner_id": 1},
                 tenant="lists")

        def found(query):
            status, _, groups = send("GET", f"/groups/?{query}", tenant="lists")
            self.assertEqual(status, 200)
            return [group["title"] for group in groups]

        self.assertEqual(found(""), ["owner", "team", "public"])
        self.assertEqual(found("kind=team"), ["team"])
        self.assertEqual(found("after=2027-01-02"), ["public"])
        self.assertEqual(found("skip=1&limit=1"), ["team"])
        groups = send("GET", "/groups/", tenant="lists")[2]
        self.assertEqual(found(f"id={groups[0]['id']}&id={groups[2]['id']}"), ["owner", "public"])
        status, _, answer = send("GET", "/groups/?id=1&id=x", tenant="lists")
        self.assertEqual((status, answer["detail"][0]["loc"]), (422, ["query", "id", 1]))

    def test_a_group_is_deleted_once(self):
        path = make_group("Short-lived")[1]["Location"]
        self.assertEqual([send("DELETE", path)[0] for _ in range(2)], [204, 404])


class Memberships(unittest.TestCase):
    def test_a_member_is_added_once_and_counted(self):
        path = make_group("Members")[1]["Location"]
        with concurrent.futures.ThreadPoolExecutor(16) as clients:
            statuses = list(clients.map(lambda number: put_member(f"{path}/members/{number % 10 + 1}"), range(40)))
        self.assertEqual([statuses.count(status) for status in (201, 204)], [10, 30])
        self.assertEqual(send("GET", path)[2]["members"], 10)
        members = send("GET", f"{path}/members/")[2]
        self.assertEqual({member["name"] for member in members}, {f"Person {number}" for number in range(1, 11)})
        self.assertEqual(send("GET", f"{path}/members/", tenant="other")[2], [])
        self.assertEqual([send("DELETE", f"{path}/members/3")[0] for _ in range(2)], [204, 404])
        self.assertEqual(send("GET", path)[2]["members"], 9)

    def test_who_is_not_there(self):
        path = make_group("Lonely")[1]["Location"]
        status, _, answer = send("PUT", f"{path}/members/99")
        self.assertEqual((status, answer), (404, {"detail": "User not found"}))
        status, _, answer = send("PUT", "/groups/999/members/1")
        self.assertEqual((status, answer), (404, {"detail": "Group not found"}))
        self.assertEqual(send("GET", path)[2]["members"], 0)


class Description(unittest.TestCase):
    def test_it_is_served_with_its_pages(self):
        described = json.loads(subprocess.check_output([PROGRAM, "openapi"]))
        self.assertEqual(send("GET", "/openapi.json")[::2], (200, described))
        for path, kind, words in (
                ("/docs", "text/html", "<title>Groups - Swagger UI<"), ("/redoc", "text/html", "<title>Groups - ReDoc<"),
                ("/docs/static/swagger-ui.css", "text/css", ".swagger-ui"),
                ("/docs/static/redoc.standalone.js", "application/javascript", "redoc")):
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=30) as answer:
                self.assertEqual(answer.headers.get_content_type(), kind)
                self.assertIn(words, answer.read().decode())

    def test_openapi_has_all_of_it(self):
        document = json.loads(subprocess.check_output([PROGRAM, "openapi"]))
        self.assertEqual({path: set(methods) for path, methods in document["paths"].items()}, {
            "/groups/": {"get", "post"}, "/groups/{group_id}": {"get", "patch", "delete"},
            "/groups/{group_id}/members/": {"get"}, "/groups/{group_id}/members/{user_id}": {"put", "delete"}})
        created = document["paths"]["/groups/"]["post"]["responses"]
        self.assertIn("Location", created["201"]["headers"])
        self.assertIn("409", created)
        self.assertEqual(created["201"]["description"], "The group is where Location says")
        read = document["paths"]["/groups/{group_id}"]["get"]
        self.assertIn("304", read["responses"])
        self.assertEqual([parameter["name"].lower() for parameter in read["parameters"]],
                         ["group_id", "x-tenant", "if-none-match"])
        added = document["paths"]["/groups/{group_id}/members/{user_id}"]["put"]["responses"]
        self.assertLessEqual({"201", "204", "404", "422"}, set(added))
        self.assertEqual(document["components"]["schemas"]["GroupKind"]["enum"], ["owner", "team", "public"])


def main(program):
    global PROGRAM
    with temporary_folder("newcomer") as folder, Stack(folder) as stack:
        PROGRAM = pathlib.Path(shutil.copy(program, folder / "groups"))
        cluster = Cluster(stack)
        cluster.start()
        cluster.sql("CREATE ROLE roster LOGIN", "postgres")
        cluster.sql("CREATE DATABASE roster OWNER roster", "postgres")
        socket = folder / "groups.sock"
        stack.start("groups", [PROGRAM, "serve", socket], socket=socket, environment={"DATABASE_URL": cluster.url()})
        cluster.sql("INSERT INTO people (email, name) SELECT n || '@b.co', 'Person ' || n FROM generate_series(1, 10) n")
        parameters = subprocess.check_output([PROGRAM, "nginx-params"], text=True)
        subprocess.run([TOP / "nginx/docs/assemble", folder / "docs", PROGRAM], check=True, umask=0o022)
        Nginx(stack, HTTP.format(socket=socket, port=PORT, pages=folder / "docs"), ready=lambda: accepts(PORT),
              files={"roster/parameters.conf": parameters})
        tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
        if not unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful():
            sys.exit(f"{(folder / 'groups.log').read_text()[-5000:]}")
        if "not declared" in (folder / "groups.log").read_text():
            sys.exit("a statement was run that the start had not checked: see groups.log")


main(sys.argv[1])
