"""Header fields: the kind of the body, the host, the way that a request has taken."""

from http_client import Request
from parts import JSON, METHODS, USERS, latin, send


CONTENT_TYPES = [
    None, "", " ", ";", JSON, "text/plain", "APPLICATION/JSON", "Application/Json", "application/json;",
    "application/json ;", "application/json; charset=utf-8", "application/json; charset=latin-1",
    "application/json;charset=UTF-16", 'application/json; charset="utf-8"', "application/json; x",
    "application/json;;", "application/+json", "application/vnd.x+json", "application/problem+json; v=1",
    "application/vnd.x+JSON", "application/json,", "application/json, text/plain", "application/json text/plain",
    "application/json (c)", "application/jsonx", "application/json+x", "application/x-json",
    "application/json-patch+json", "application/jso", "application/", "application", "/json", "json", "text/json",
    "text/x+json", "application/json/", "application//json", "application/x/json", "application /json",
    "application/ json", "\tapplication/json", "application/json\t", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "*/*", "application/*",
    "application/*+json", "application/ld+json", "application/geo+json-seq", "application/a+b+json",
    "application/é+json".encode().decode("latin-1"), "image/svg+xml", "application/octet-stream",
    "application/json; a=b; c=d", "application/json;a=\"x;y\"", "x" * 500, "application/" + "x" * 500 + "+json",
    '"application/json"', "'application/json'", "application/json\x0b", "application/json\xa0",
    "text/plain; application/json", "charset=utf-8; application/json",
]


CONTROL = [*range(1, 0x20), 0x7F]


def control_characters():
    """In a header field; nginx refuses line feeds itself."""
    for point in CONTROL:
        for kind in (f"{chr(point)}application/json", f"application/json{chr(point)}", f"application/{chr(point)}json",
            f"text/plain; a={chr(point)}", chr(point)):
            yield send("PATCH", "/users/1", '{"name":1}', kind)
        yield Request("GET", USERS, None, f"application/json{chr(point)}")
        yield Request("HEAD", "/docs", None, f"a{chr(point)}b")
        yield Request("GET", f"/users/{chr(point)}")


def content_types():
    bodies = ['{"email":1}', '{"name":"N"}', "é", "", "[", b"\xff", "null", '"a"', "email=a%40b.co&name=N", "--x\r\n",
        b"\x00"]
    for kind in CONTENT_TYPES:
        for body in bodies:
            yield send("PATCH", "/users/1", body, kind)
            yield send("POST", USERS, '[%s]' % body if isinstance(body, str) else body, kind)
    for method in METHODS:
        for kind in (None, "", JSON, "text/plain"):
            yield Request(method, USERS, None, kind)
            yield Request(method, "/users/1", None, kind) if method != "DELETE" else Request(method, "/users/x", None,
                kind)
            yield Request(method, "/users/x", b"", kind)
    for first in (JSON, "text/plain"):
        for body in ('{"email":1}', "1"):
            yield send("POST", USERS, body, first, chunked=True)
            yield send("POST", USERS, body, first, headers=(("Expect", "100-continue"),))
            yield send("POST", USERS, body, first, version="1.0")
            yield send("POST", USERS, body, first, headers=(("Accept", "text/html"), ("X-Y", "z"), ("Cookie", "a=b")))
    for second in (JSON, "text/plain", ""):
        for first in (JSON, "text/plain", ""):
            yield send("POST", USERS, '{"email":1}', first, headers=(("Content-Type", second),))
    yield send("PATCH", "/users/1", "", JSON, chunked=True)
    yield send("POST", USERS, "é" * 10_000, "text/plain")
    yield send("POST", USERS, " " * 100_000 + "1", JSON, chunked=True)


HOSTS = [
    None, "", "users.example", "users.example:80", "users.example:443", "users.example:65535", "users.example:65536",
    "users.example:0", "users.example:000080", "users.example:0000000000000080", "users.example:", "users.example:x",
    "users.example:80x", "users.example:-1", "users.example:+1", "users.example:99999999999999999999", ":80", ":",
    "USERS.Example:8080", "users.example.", ".", "..", "a..b", "-", "_", "~", "localhost", "1.2.3.4", "1.2.3.4:99999",
    "[::1]", "[::1]:8080", "[::1]:", "[::1]:x", "[::1]x", "[::1", "::1", "[]", "[:]", "[::]", "[1::2::3]",
    "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7::]", "[12345::]", "[g::]",
    "[FE80::A]", "[::ffff:1.2.3.4]", "[::ffff:01.2.3.4]", "[::ffff:1.2.3]", "[::1.2.3.256]", "[fe80::1%25eth0]",
    "[fe80::1%eth0]", "[::1]]", "[[::1]]", "[v1.x]", "[v1.x:y]:1", "[V1.x]", "[v.x]", "[v1.]", "[vg.x]", "[v1.x%20]",
    "[1.2.3.4]", "[a]", "a]", "a[b", "a b", "a/b", "/", "a\\b", "a?b", "a#b", "user@host", "user:pass@host", "a%20b",
    "a%zz", "%", "a,b", "a;b", "a=b", "!$&'()*+,;=", '"a"', "<a>", "{a}", "a|b", "a^b", "a`b", "*", "a\x01b", "a\tb",
    "a\x7fb", " a ", latin("é"), "\xff", "a:1:2", "http://a", "xn--e1afmkfd.example", "x" * 300,
]


def hosts():
    """Redirects are made of Host."""
    for host in HOSTS:
        for secure in (False, True):
            for version in ("1.1", "1.0"):
                yield Request("GET", "/users?skip=1", host=host, secure=secure, version=version)
            yield send("PUT", "/users/1/", "{}", host=host, secure=secure)
            yield Request("GET", "/docs/", host=host, secure=secure)
            yield Request("HEAD", "/nothing", host=host, secure=secure)
            yield Request("GET", "http://other.example:1/users", host=host, secure=secure)
    for name, value in FORWARDED:
        for secure in (False, True):
            yield Request("GET", "/users", headers=((name, value),), secure=secure)
            yield Request("GET", "/docs/", headers=((name, value),), secure=secure)
    for target in ("/users", "/users/1/", "/docs/", "/users/x"):
        yield Request("GET", target, headers=(("Host", "other.example"),))
        yield Request("GET", target, host=None, headers=(("host", "other.example"),))
        yield Request("GET", target, host=None, headers=(("HOST", "a"), ("Host", "b")))


# What clients may say of the way that a request has taken, and nobody believes.
FORWARDED = [
    ("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "other.example"),
    ("X-Forwarded-Port", "1"), ("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-Prefix", "/x"),
    ("X-Forwarded-Ssl", "on"), ("Forwarded", "proto=https;host=other.example"), ("X-Real-IP", "10.0.0.1"),
    ("X-Original-URL", "/nothing"), ("X-HTTP-Method-Override", "DELETE"), ("X-Scheme", "https"),
    ("Front-End-Https", "on"), ("X_Forwarded_Proto", "https"), ("Upgrade", "websocket"), ("Connection", "close"),
    ("Connection", "upgrade"), ("TE", "trailers"), ("Range", "bytes=0-1"), ("If-None-Match", "*"), ("If-Match", "x"),
    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Accept-Encoding", "gzip"), ("Accept", "text/html"),
    ("Cookie", "a=b"), ("Authorization", "Basic eDp5"),
]
