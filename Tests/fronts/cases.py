"""One table of requests, whatever is in front: what is asked, and what has to come back."""

import http.client
import itertools
import json

HOST = "users.example:8080"
LIMIT = 1 << 20
# Threads share it: next() of this is one step, that of a generator is not.
NUMBERS = itertools.count(1)


class Client:
    """One connection to a web server, with a writer's key."""

    def __init__(self, front, prefix, key):
        self.front, self.prefix, self.key = front, prefix, key
        self.connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=30)

    def ask(self, method, target, body=None, chunked=False, key=True, host=HOST, **fields):
        """The status, the fields in small letters, and the body. A target that is a path gets the prefix."""
        target = self.prefix + target if target.startswith("/") else target
        headers = {"Host": host} | {name.replace("_", "-"): value for name, value in fields.items()}
        if key:
            headers["Authorization"] = f"Bearer {self.key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))}
        pieces = iter([body[:7], body[7:]]) if chunked else body
        try:
            self.connection.request(method, target, pieces, headers, encode_chunked=chunked)
            answer = self.connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return 0, {}, repr(error).encode()


def user(name="N", email=None):
    return json.dumps({"email": email or f"front{next(NUMBERS)}@b.co", "name": name}).encode()


def check(client):
    """What is wrong behind this web server, below this prefix."""
    for case in (reading, writing, chunks, redirects, tls, heads, absolute, methods, keys, sizes, paths, description, pages):
        for problem in case(client):
            yield f"{client.prefix or '/'} {case.__name__}: {problem}"


def expect(client, wanted, method, target, *arguments, **options):
    """Complains unless the status, and what further is wanted, are as they should be."""
    status, fields, body = client.ask(method, target, *arguments, **options)
    status_wanted, fields_wanted, body_wanted = wanted + (None,) * (3 - len(wanted)) if isinstance(wanted, tuple) else (wanted, None, None)
    wrong = {name: fields.get(name) for name, value in (fields_wanted or {}).items() if fields.get(name) != value}
    if status != status_wanted or wrong or body_wanted not in (None, body):
        yield f"{method} {target[:60]}: {status} {wrong} {body[:200]} instead of {wanted}"


def reading(client):
    yield from expect(client, (200, {"content-type": "application/json"}, b"[]"), "GET", "/users/?limit=0")
    yield from expect(client, 422, "GET", "/users/?limit=x")
    yield from expect(client, (404, {}, b'{"detail":"User not found"}'), "GET", "/users/2147483647")
    yield from expect(client, 422, "GET", "/users/x")


def writing(client, chunked=False):
    status, _, body = client.ask("POST", "/users/", user(), chunked)
    if status != 200:
        yield f"POST: {status} {body[:200]}"
        return
    path = f"/users/{json.loads(body)['id']}"
    yield from expect(client, 200, "PUT", path, user("Zoë"), chunked)
    status, _, body = client.ask("PATCH", path, b'{"name":"B"}', chunked)
    if status != 200 or json.loads(body)["name"] != "B":
        yield f"PATCH: {status} {body[:200]}"
    yield from expect(client, (200, {}, body), "GET", path)
    yield from expect(client, 422, "POST", "/users/", b"{}", chunked)
    yield from expect(client, 422, "POST", "/users/")
    status, fields, body = client.ask("DELETE", path)
    if status != 204 or body or fields.get("content-length") not in (None, "0"):
        yield f"DELETE: {status} {fields} {body}"
    yield from expect(client, 404, "GET", path)


def chunks(client):
    yield from writing(client, chunked=True)


def redirects(client):
    at = f"http://{client.front.host(HOST)}{client.prefix}"
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        body = None if method in ("GET", "DELETE") else user()
        yield from expect(client, (client.front.redirect, {"location": f"{at}/users/?a=b"}), method, "/users?a=b", body)
    yield from expect(client, (client.front.redirect, {"location": f"{at}/users/1"}), "GET", "/users/1/")
    yield from expect(client, (client.front.redirect, {"location": f"{at}/users/%C3%A9"}), "GET", "/users/%C3%A9/")


def tls(client):
    """A balancer that ends TLS says so, and redirects do not leave it."""
    if "balancer" in client.front.differences:
        for scheme in ("https", "http"):
            at = f"{scheme}://{client.front.host(HOST)}{client.prefix}/users/"
            fields = {"X_Forwarded_Proto": scheme, "X_Forwarded_For": "192.0.2.1"}
            yield from expect(client, (307, {"location": at}), "POST", "/users", user(), **fields)


def heads(client):
    """HEAD says what GET says, or nothing of the length; and the connection is in step afterwards."""
    for path in ("/users/?limit=0", "/users/2147483647", "/users/x", "/users?a", "/openapi.json", "/nothing"):
        status, fields, body = client.ask("GET", path)
        head_status, head_fields, head_body = client.ask("HEAD", path)
        length = head_fields.get("content-length")
        if head_status != status or head_body or length not in (None, str(len(body))):
            yield f"HEAD {path}: {head_status} {length} {head_body[:80]} instead of {status} {len(body)}"
        if head_fields.get("location") != fields.get("location"):
            yield f"HEAD {path}: leads to {head_fields.get('location')} instead of {fields.get('location')}"
    yield from expect(client, (200, {}, b"[]"), "GET", "/users/?limit=0")


def absolute(client):
    """A whole address in the first line: its host is the client's, whatever Host says."""
    if client.prefix and "no absolute form below a prefix" in client.front.differences:
        return
    asked = f"http://other.example:81{client.prefix}"
    at = f"http://{client.front.host('other.example:81')}{client.prefix}"
    yield from expect(client, (200, {}, b"[]"), "GET", f"{asked}/users/?limit=0", host="other.example:81")
    yield from expect(client, (client.front.redirect, {"location": f"{at}/users/?a"}), "GET", f"{asked}/users?a", host="other.example:81")
    status, fields, _ = client.ask("GET", f"{asked}/users?a", host="evil.example")
    # HAProxy refuses what contradicts itself.
    if status != 400 and (status, fields.get("location")) != (client.front.redirect, f"{at}/users/?a"):
        yield f"with another Host: {status} {fields.get('location')}"


def methods(client):
    yield from expect(client, (204, {"allow": "POST, GET, HEAD, OPTIONS"}, b""), "OPTIONS", "/users/")
    yield from expect(client, (405, {"allow": "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"}), "POST", "/users/1", user())


def keys(client):
    yield from expect(client, (401, {"www-authenticate": "Bearer"}), "GET", "/users/", key=False)


def sizes(client):
    """1 MiB, with a length and in chunks; one byte more is refused."""
    for chunked in (False, True):
        frame = len(user("", "size@b.co"))
        for length, wanted in ((LIMIT, 400), (LIMIT + 1, 413)):
            body = user("n" * (length - frame), "size@b.co")
            status, _, answer = client.ask("POST", "/users/", body, chunked)
            if chunked and "long chunks" in client.front.differences:
                wanted, answer = status, b"already" if status >= 400 else answer
            if wanted == 400 and status == 200:
                continue  # the first of all
            if status != wanted or wanted == 400 and b"already" not in answer:
                yield f"{length} bytes, chunked: {chunked}: {status} {answer[:100]} instead of {wanted}"
            client.connection.close()


def paths(client):
    """The path is read as it was sent."""
    yield from expect(client, 422, "GET", "/users%2Fx")
    yield from expect(client, 404, "GET", "/nothing")
    yield from expect(client, 404, "GET", "/users/./1")
    yield from expect(client, 404, "GET", "//users/")
    yield from expect(client, 422, "GET", "/users/%E9")
    if "first segment" not in client.front.differences:
        yield from expect(client, 422, "GET", "/users/users")
    yield from expect(client, 200, "GET", "/livez", key=False)


def description(client):
    status, _, body = client.ask("GET", "/openapi.json", key=False)
    servers = json.loads(body).get("servers") if status == 200 else None
    if status != 200 or servers != ([{"url": client.prefix}] if client.prefix else None):
        yield f"openapi.json: {status} {servers} {body[:100]}"


def pages(client):
    """Where the web server has them: with scripts of their own, and beside the description."""
    if "pages" not in client.front.differences or client.prefix == "/old":
        return
    for page in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        status, fields, body = client.ask("GET", page, key=False)
        policy = fields.get("content-security-policy", "")
        if status != 200 or fields.get("content-type") != "text/html; charset=utf-8" or "script-src 'self'" not in policy or b'="/' in body or b"://" in body:
            yield f"{page}: {status} {policy} {body[:300]}"
    at = f"http://{HOST}{client.prefix}"
    yield from expect(client, (200, {"cache-control": "max-age=3600", "content-type": "application/javascript; charset=utf-8"}), "GET", "/docs/static/swagger-init.js", key=False)
    yield from expect(client, (307, {"location": f"{at}/docs"}), "GET", "/docs/")
    yield from expect(client, 405, "POST", "/docs", b"{}")
    for path in ("/x/docs", "/x/docs/static/swagger-init.js", "/docs/static/", "/docs/static/nothing", "/users/../docs", "//docs"):
        yield from expect(client, 404, "GET", path)
