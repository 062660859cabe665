"""Requests from a seed, in scenarios.

A scenario is a generator: it yields requests and is sent the reference's answer to each, so that it can go on with the
id it got. It leaves the database as it found it, but for users that all scenarios may change as they like: `BASE`.
"""

import json
import string
from dataclasses import replace

import texts
from http_client import Request

JSON = "application/json"
USERS = "/users/"
BASE = (1, 2, 3)
CHUNK = 40

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def send(method, target, body=None, content_type=JSON, **more):
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    return Request(method, target, body, content_type if body is not None else None, **more)


def user(address, name="N"):
    return json.dumps({"email": address, "name": name}, ensure_ascii=False)


def id_of(answer):
    return json.loads(answer.body)["id"] if answer.status == 200 else None


def encoded(text, random=None):
    """Percent-encoded; with `random`, more than necessary here and there, in either case."""
    result = ""
    for byte in text.encode("utf-8", "surrogatepass"):
        plain = chr(byte) in string.ascii_letters + string.digits + "-._~+"
        if plain and not (random and random.random() < 0.1):
            result += chr(byte)
        else:
            result += ("%%%02x" if random and random.random() < 0.3 else "%%%02X") % byte
    return result


def latin(text):
    """One character per byte, as a request's target is kept."""
    return text.encode("utf-8").decode("latin-1")


def setup():
    """The users that all scenarios share."""
    for number in BASE:
        yield send("POST", USERS, user(f"base{number}@b.co", f"Base {number}"))


STORED = -5


def stored():
    """A user whose address would be refused today; `STORED` is its id."""
    for target in (f"/users/{STORED}", USERS, "/users/?limit=1", "/users/?skip=1"):
        yield send("GET", target)
    yield send("PATCH", f"/users/{STORED}", '{"name":"M"}')
    yield send("GET", f"/users/{STORED}")
    yield send("PATCH", f"/users/{STORED}", '{"email":"not an address"}')
    yield send("PATCH", f"/users/{STORED}", '{"email":"now@b.co"}')
    yield send("DELETE", f"/users/{STORED}")


# MARK: Tables. Each function yields requests that do not depend on the answers.

def positions(value):
    """A JSON text wherever one can stand."""
    yield send("POST", USERS, value)
    yield send("POST", USERS, '{"email":%s,"name":%s}' % (value, value))
    yield send("POST", USERS, '{"email":%s}' % value)
    yield send("POST", USERS, '{"name":%s}' % value)
    yield send("POST", USERS, '{"email":"x","name":%s,"x":%s}' % (value, value))
    yield send("POST", USERS, '[%s,%s]' % (value, value))
    yield send("POST", USERS, '{"x":{"y":[%s]},"email":null}' % value)
    yield send("PUT", "/users/x", value)
    yield send("PUT", "/users/1", '{"name":%s}' % value)
    yield send("PUT", "/users/1", '{"email":%s,"name":5}' % value)
    yield send("PUT", "/users/987654321", '{"email":"a@b.co","name":%s}' % value)
    yield send("PATCH", "/users/1", value)
    yield send("PATCH", "/users/1", '{"name":%s}' % value)
    yield send("PATCH", "/users/987654321", '{"email":%s}' % value)
    yield send("PATCH", "/users/2", '{"x":%s,"name":"N"}' % value)
    yield send("PATCH", "/users/x", '{"email":%s,"name":%s}' % (value, value))
    yield send("GET", USERS, value)
    yield send("DELETE", "/users/x", value)


def values():
    for value in texts.JSON_VALUES + texts.NUMBERS:
        yield from positions(value)


def broken():
    for text in texts.NO_JSON:
        yield send("POST", USERS, text)
        yield send("PATCH", "/users/1", text)
        yield send("PUT", "/users/x", text)
        yield send("POST", USERS, '{"email":%s}' % text)


CUT = [
    '{"email":"a\\u00e9@b.co","name":[1.5,-2e3,"x\\n",true,null,{"k":"v"}]} ',
    ' [ "é😀" , NaN , -Infinity , Infinity , { "a" : { } , "" : [ ] } , "\\ud83d\\ude00\\"" ] ',
    '{"email":"a@b.co","name":false,"email":0.5E-10,"é":"\\/"}\n', '\ufeff{"name":"N"}',
]


def cut():
    for text in CUT:
        data = text.encode()
        for end in range(len(data)):
            yield send("POST", USERS, data[:end])
            yield send("PATCH", "/users/x", data[end:])
            yield send("POST", USERS, data[:end] + data[end + 1:])


def characters():
    for point in [*range(0x21), 0x22, 0x5C, 0x7F, 0x80, 0x85, 0xA0, 0x2028, 0xD7FF, 0xE000, 0xFEFF, 0xFFFF, 0x10000]:
        for text in (chr(point), r"\u%04x" % (point & 0xFFFF)):
            yield send("POST", USERS, '{"email":"a%sb","name":1}' % text)
            yield send("POST", USERS, '{"a%sb":1,"name":""}' % text)
            yield send("PATCH", "/users/1", '{"name":"a%sb"}' % text)
            yield send("PATCH", "/users/1", '{"name":%s1}' % text)
            yield send("PATCH", "/users/987654321", '{"name":"%s"}%s' % (text, text))
    for point in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
        for text in (chr(point), r"\u%04x" % point, r"\u%04x\n" % point, r"\u%04x\u0041" % point,
            r"\ud800\u%04x" % point):
            yield send("POST", USERS, '{"email":"%s"}' % text)
            yield send("POST", USERS, '{"email":"a@b.co","name":"x%sy"}' % text)
            yield send("POST", USERS, '{"%s":1,"b":"%s%s"}' % (text, text, text))
            yield send("PATCH", "/users/1", '{"name":"%s"}' % text)
            yield send("PATCH", "/users/1", '{"%s":1}' % text)
            yield send("POST", USERS, '"%s"' % text)
            yield send("POST", USERS, '{"x":"%s",' % text)
    for data in (b"\xff", b"\xc0\xaf", b"\xc3", b"\xc3\x28", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80",
        b"\xed\xa0\x80",
                 b"\xed\xa0\xbd\xed\xb8\x80", b"\x80", b"\xfe", b"\xf8\x88\x80\x80\x80"):
        for template in (b"%s", b'"%s"', b'{"email":"%s"}', b'{"%s":1}', b'{"email":1}%s', b'{"name":"N","x":"%s"}',
            b'  %s'):
            yield send("POST", USERS, template.replace(b"%s", data))
            yield send("PATCH", "/users/1", template.replace(b"%s", data))
            yield send("POST", USERS, template.replace(b"%s", data), "text/plain")


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1",
    "utf-7")


def encodings():
    documents = ['{"email":1,"name":"é"}', '{"name":"é€"}', "1", "12", '"a"', "[]", '{"é":', "", " ", "x", '"é\\x"',
        "\x00", "\x001", "1\x00", "\x00\x00", "1\x00\x00",
                 '{"name":"😀","x":"\ud800"}', "\ufeff", "\ufeff1", "null", "é"]
    for document in documents:
        for encoding in ENCODINGS:
            data = document.encode(encoding,
                "surrogatepass" if encoding.startswith("utf-") and encoding != "utf-7" else "replace")
            for part in (data, data[:-1], data + b"\x00", data[1:], b"\xff\xfe" + data, b"\xfe\xff" + data,
                b"\x00\x00\xfe\xff" + data):
                yield send("PATCH", "/users/1", part)
            yield send("POST", USERS, data, f"application/json; charset={encoding}")


def nesting():
    for depth in (1, 10, 100, 500, 900, *range(950, 1000), 1500, 20_000):
        yield send("POST", USERS, "[" * depth + "]" * depth)
        yield send("POST", USERS, '{"a":' * depth + "1" + "}" * depth)
        yield send("PATCH", "/users/1", '[{"a":' * (depth // 2) + "1" + "}]" * (depth // 2))
        yield send("POST", USERS, '{"email":1,"x":%s}' % ("[" * depth + "]" * depth))
        yield send("POST", USERS, "[" * depth)
        yield send("PATCH", "/users/x", '{"a":' * depth)
        yield send("PUT", "/users/x", '{"name":%s,"email":"a@b.co"}' % ("[" * depth + "1" + "]" * depth))
    for depth in range(955, 976):
        for start, end in (("[", "]"), ('{"a":', "}")):
            for text in DEEP:
                yield send("PUT", "/users/x", start * depth + text + end * depth)


def long_inputs():
    """Around the length of which an answer repeats no more, and far beyond it."""
    shapes = ['"%s"' % (character * 70_000) for character in ("a", "é", "😀", r"\n", r"\u0001", r"\ud83d\ude00")]
    shapes += ["[%s]" % ",".join([item] * 20_000) for item in ("1e15", "-0.5", "[[]]", '{"a":"é"}', '"ab"', "null", "[1,{}]")]
    shapes += ["{%s}" % ",".join(f'"key {number}":{number}' for number in range(8000))]
    shapes += ['{"%s":1,"b":"%s","c":2}' % ("k" * length, "v" * 30_000) for length in (5, 40_000, 70_000)]
    shapes += [r'{"email":"%s","name":1,"x":"\ud800"}' % ("a" * 70_000), "[NaN,%s]" % ",".join(["1"] * 70_000)]
    shapes += ["[" * 900 + '"%s"' % ("a" * 65_000) + "]" * 900, r'{"name":"\u0000","x":"%s"}' % ("b" * 70_000)]
    for shape in shapes:
        yield send("POST", USERS, shape)
        yield send("PUT", "/users/x", '{"x":%s}' % shape)
        yield send("PATCH", "/users/1", '{"email":%s,"name":1}' % shape)
    yield send("POST", USERS, "é" * 40_000, "text/plain")
    # Both missing fields repeat the whole: `{"x":"…"}` has 8 bytes more than the text.
    for length in range(32_756, 32_764):
        yield send("POST", USERS, '{"x":"%s"}' % ("a" * length))
        yield send("POST", USERS, '{"x":["%s",1]}' % ("a" * (length - 4)))


# What takes another call, or does not, where Python has hardly any left.
DEEP = [
    "1", "-1.5e3", '"a"', r'"\ud83d\ude00"', "null", "NaN", "Infinity", "-Infinity", "[]", "{}", '{"a":1}',
    '{"a":NaN}', '"', r'"\x"', r'"\u12"', r'"\ud800\u12"', '"\n"', "", "-", "nul", "1 2", "1,", "1,}", "{1",
    '{"a" 1}', '{"a":1,', r'{"\x":1}', '{"a"', '{"', "9" * 4301,
]


def duplicates():
    keys = ['"email"', '"name"', '"x"', r'"\u0065mail"', '"é"', '"e\u0301"', '"_sa"', '"E"']
    parts = [f"{key}:{value}" for key in keys for value in ("1", '"N"', "null")]
    for first in parts:
        for second in parts[::2]:
            yield send("POST", USERS, "{%s,%s}" % (first, second))
    yield send("POST", USERS, "{" + ",".join(f'"k{number % 50}":{number}' for number in range(500)) + "}")
    yield send("POST", USERS, "{" + ",".join(f'"email":{number}' for number in range(500)) + "}")


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


def addresses():
    for text in dict.fromkeys(texts.ADDRESSES + texts.source_addresses()):
        for target in ("/users/1", "/users/x"):
            yield send("PATCH", target, json.dumps({"email": text}, ensure_ascii=target == "/users/x"))


def names():
    for text in texts.NAMES:
        yield send("PATCH", "/users/2", json.dumps({"name": text}, ensure_ascii=False))
        yield send("PUT", "/users/2", json.dumps({"name": text, "email": "base2@b.co"}))
    yield send("GET", USERS)


def integers():
    for text in texts.INTEGERS:
        value = encoded(text)
        for target in (f"/users/{value}", f"/users/?skip={value}", f"/users/?limit={value}",
            f"/users/?skip={value}&limit={value}"):
            yield send("GET", target)
        yield send("PUT", f"/users/{value}", "{}")
        yield send("PATCH", f"/users/{value}", '{"email":1}')
        yield send("DELETE", f"/users/x{value}")
        yield send("GET", f"/users/{value}/")


QUERIES = [
    "", "skip", "skip=", "skip=+1", "limit=x&limit=2", "limit=2&limit=x", "skip=0;limit=1", "a=b", "SKIP=x",
    "skip=x&limit=y", "limit=y&skip=x", "sk%69p=x", "skip=%2B1", "&&skip=1", "=1", "skip==1", "skip=1=", "limit=0",
    "skip=1&skip=2", "skip[]=x", "skip[0]=x", "limit=%31", "skip=1#x", "#skip=x", "limit=1%26skip=x", "skip=1&", "&",
    "?", "?skip=x", "skip=1?limit=x", "skip%3Dx", "skip=%", "skip=%z", "skip=%zz", "skip=%4", "skip=%C3",
    "skip=%C3%A9", "skip=%FF", "skip=%00", "sk%00ip=1", "skip=+", "skip=++1", "skip=1+", "skip=%201", "+skip=x",
    "skip+=x", " skip=x", "skip=1%0A", "skip=%0D%0AX:1", "skip=1&limit=1&skip=0", "skip=a&skip=b", "skip=&limit=",
    "skip&limit", "skip=-1", "limit=-1", "skip=-1&limit=-1", "skip=-1&limit=x", "limit=9223372036854775807",
    "skip=9223372036854775807", "skip=9223372036854775807&limit=9223372036854775807", "limit=9223372036854775808",
    "skip=99999999999999999999", "user_id=x", "skip=1,2", "skip=1 2".replace(" ", "%20"), "skip=true", "skip=null",
    "skip=None", "limit=100&a=%zz", "a=é".encode().decode("latin-1"), "skip=é".encode().decode("latin-1"),
    "a=b&" * 200 + "skip=x", "x" * 3000, "skip='1'", "skip=\"1\"", "skip=<1>", "skip={1}", "skip=\\1", "skip=^1",
    "skip=`1`", "skip=|1", "skip=/1", "skip=:1", "skip=@1", "skip=!1", "skip=$1", "skip=(1)", "skip=*1", "skip=~1",
    "limit=2;skip=1", "limit=2&amp;skip=1", "skip=1&SKIP=x", "skip=%E2%80%8B1", "skip=%C2%A01", "skip.=x", "skip=.1",
]


def queries():
    for query in QUERIES:
        yield send("GET", f"/users/?{query}")
        yield send("GET", f"/users?{query}")
        yield send("GET", f"/users/x?{query}")
        yield send("POST", f"/users/?{query}", "{}")
        yield send("PATCH", f"/users/x/?{query}", "{}")
        yield send("GET", f"/nothing?{query}")


PATHS = [
    "/", "/users", "/users/", "/users/1", "/users/1/", "/users/x/", "/nothing", "/nothing/", "/users/1/2",
    "/users/1/2/", "/users//", "//users/", "//users", "//", "///", "/users///", "/users/1//", "/users/./1",
    "/users/1/.", "/users/1/..", "/users/../users/1", "/users/..", "/../users/", "/./users/", "/users/.", "/users/...",
    "/users/.../", "/users/%2e/", "/users/%2e%2e/", "/users/%2E%2E", "/users/..%2F", "/users%2F1", "/users%2f",
    "/%75sers/1", "/users/%31", "/users%2F", "/users/%2F", "/users/a%2Fb", "/users/1%2F", "/users/1%2F/", "/%2Fusers/",
    "/%2F", "/%2e", "/users/%0d%0aX:1/", "/users/%0A/", "/users/%0A", "/users%0A", "/users/1%0A", "/users/%0A%0A",
    "/nothing%0A", "/%0A", "/users/%0D%0A", "/USERS/", "/Users", "/users/1?x=y", "/users/1/?x=y&z=%20",
    "/users/a%20b/", "/users/%3F/", "/users/%23x/", "/users/a+b/", "/users/~'()*!/", "/users/%25/", "/users/%2525/",
    "/users/%C3/", "/users/%FF/", "/users/%C3%A9/", "/users/%E2%80%8B/", "/users/%F0%9F%98%80/", "/users/%ED%A0%80/",
    "/users/%7F/", "/users/%01/", "/users;x", "/users;x/", "/users/1;x/", "/users/;/", "/users/a:b@c/", "/users/[x]/",
    "/users/%5C/", "/users/\\/", "/users/{a}/", "/users/|^`/", "/users/\"/", "/users/<a>/", "/users/$&,=/",
    "/users/a=b/", "/users/_/", "/users/-/", "/users/%5B%5D/", "/users/%3A%40/", "/users/%24%26%2C/", "/users/%7B%7D/",
    "/users/%2B/", "/users/%3D/", "/users/%21/", "/users/%27/", "/users/%28/", "/users/%7E/", "/users/%5E/",
    "/users/%60/", "/users/%7C/", "/users/%22/", "/users/%3C/", "/users/%09/", "/users/%20/", "/users/%a0/",
    "/users/x%zz/", "/users/%/", "/users/%z", "/users/%1", "/%", "/users/%00/", "/users/%00", "/%00",
    "/users/é/".encode().decode("latin-1"), "/é".encode().decode("latin-1"), "/users/\xff/", "/users/#/", "/users/#",
    "/users/1#x", "/#/users/", "/users?", "/users??", "/users/?", "/users/1?", "/users/1/?", "/users/1/??x",
    "/index.html", "/favicon.ico", "/robots.txt", "/.well-known/x", "/docs/x", "/docs2", "/docsx", "/DOCS", "/redoc/x",
    "/openapi.jsonx", "/openapi", "/roster_error", "/docs.html", "/users.json", "/users/1.json", "/users/*", "/*",
    "/livez", "/readyz", "/livez/", "/livez/x", "/readyz?x=1", "/readyz%0A", "//readyz", "/%72eadyz",
    "/users/x#" + latin("é"), "/users/x?" + latin("é"), "/users/?\x80", "/\xff#", "/users/" + latin("日本/"),
    "/users/" + "x" * 3000, "/users/" + "x" * 3000 + "/", "/" + "a/" * 500, "/users" + "/" * 500, "/users/0",
    "/users/-1", "/users/users/", "/users/users", "/user/", "/userss/", "/users /".replace(" ", "%20"), "/%20users/",
    "/ users/".replace(" ", "+"), "http://users.example:8080/users/x", "http://other.example/users/x/",
    "http://other.example", "http://other.example/", "http://other.example?skip=x", "http://other.example#x",
    "HTTP://other.example/users", "https://other.example/users", "ftp://other.example/users", "http:///users",
    "http://user@other.example/users", "http://other.example:99999/users", "http://[::1]/users", "http:/users", "users",
    "?skip=x", "other.example:80", "", "/docs/../users/x", "/%64ocs/x",
]


def paths():
    for path in PATHS:
        for method in METHODS:
            if method != "DELETE" or "1" not in path:  # which would be a user that is needed
                yield send(method, path, "{}" if method in ("POST", "PUT", "PATCH") else None)
        yield Request("OPTIONS", path)
        yield Request("HEAD", path)


OTHER_METHODS = (
    "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", "ACL", "BIND", "CHECKOUT", "COPY", "LINK", "LOCK", "MERGE",
    "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "REBIND", "REPORT", "SEARCH", "UNBIND",
    "UNLINK", "UNLOCK", "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "SOURCE",
    # None of the parser's
    "FOO", "GETT", "GE", "G", "get", "Get", "PRI", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN",
    "GET_PARAMETER", "SET_PARAMETER", "REDIRECT", "RECORD", "FLUSH", "VERSION-CONTROL", "UPDATE", "LABEL", "-", "_",
)


def methods():
    for method in OTHER_METHODS:
        for path in ("/", "/users", "/users/", "/users/1", "/users/x", "/users/987654321", "/users/1/", "/nothing",
            "/users/?skip=x", "/users/99999999999", "/docs", "/openapi.json", "/users/1/2"):
            yield Request(method, path)
    for method in ("HEAD", "OPTIONS"):
        yield send(method, USERS, "{")
        yield send(method, "/users/1", "{}")


PAGES = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect")

# Around the pages: what leads to one on one side only would be a difference.
SPELLINGS_OF_PAGES = [
    "/%64ocs", "/%64%6F%63%73", "/docs%0A", "/docs%0a", "/docs%0A%0A", "/docs%0A/", "/docs/%0A", "/redoc%0A",
    "/openapi.json%0A", "/openapi%2Ejson", "/openapi%2ejson/", "/docs/oauth2-redirect%0A", "/docs%2Foauth2-redirect",
    "/docs%2F", "/docs%2f%2F", "/docs%0D", "/docs%20", "/docs%00", "/docs%", "/docs;", "/docs;/", "/docs#x",
    "/docs/#x", "/docs#/../x", "/docs?/../x", "/docs?a=/.", "/docs/", "/docs//", "/docs/?", "//docs", "//docs//",
    "/docs///", "/./docs", "/docs/.", "/docs/./", "/docs/..", "/docs/../docs", "/docs/../docs/", "/users/../docs",
    "/users/../redoc/", "/users/%2e%2e/docs", "/%2E/docs", "/docs/%2e", "/users/..%2Fdocs", "/users%2F../docs",
    "/users%2f%2e%2e%2fdocs", "/docs/x/../oauth2-redirect", "/x/../openapi.json", "/docs/static/../../redoc",
    "/docs/static/..", "/docs/static/.", "/users/../docs/static/swagger-ui.css", "/docs/static/./swagger-ui.css",
    "/docs/static/x", "/docs/static/", "/docs/static", "/docs/static/swagger-ui.css/", "/DOCS", "/Docs", "/docs.html",
    "/redoc.html", "/docs/oauth2-redirect.html", "/docs/index.html", "/openapi.json.gz", "/docs?" + latin("é"),
    "/docs#" + latin("é"), "/docs" + latin("é"), "/docs/?" + latin("é"), "http://other.example/docs",
    "http://other.example/../docs", "http://./docs", "/docs/?a=\"<>^`{|}\\'", "/docs/?a=%zz&b=%e9&c=%C3%A9+",
    "/docs/?#x", "/docs/oauth2-redirect//?a", "/redoc/?" + "a" * 3000, "/redoc/x/", "/docs/oauth2-redirect/x",
]


def documentation():
    for path in (*PAGES, *(f"{page}/" for page in PAGES)):
        for query in ("", "?", "?a=b", "?a=%20&b"):
            for method in (*METHODS, "HEAD", "OPTIONS"):
                yield Request(method, path + query)
    for path in SPELLINGS_OF_PAGES:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "FOO"):
            yield Request(method, path)
    for method in ("GET", "POST"):
        yield send(method, "/docs", "x", "text/plain")
        yield send(method, "/docs/", "{", JSON)


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


def sizes():
    """Around the limits of the web server in front; a name that is long, but none that a corpus would keep."""
    yield send("PATCH", "/users/3", '{"name":"%s"}' % ("é" * 200_000))
    yield send("GET", "/users/3")
    yield send("PATCH", "/users/3", '{"name":"N"}')
    for length in (1_000_000, (1 << 20) - 20, (1 << 20) + 1, 1_200_000):
        yield send("PATCH", "/users/x", '{"name":"%s"}' % ("x" * (length - 11)))
        yield send("GET", USERS, "x" * length, "text/plain")
        yield send("PATCH", "/users/1", '{"x":"%s"}' % ("x" * (length - 8)), chunked=True)
    for length in (8_000, 15_000, 17_000, 40_000):
        yield send("GET", "/users/" + "x" * length)
        yield send("GET", "/users/?a=" + "x" * length)
    for count in (10_000, 10_500, 12_000, 15_000):
        yield send("GET", "/users/" + "|" * count + "/")


TABLES = (values, broken, cut, characters, encodings, nesting, duplicates, content_types, control_characters, addresses,
    names, integers, queries, paths, methods, documentation, hosts, sizes, long_inputs)


# MARK: At random

def life(random):
    """Users are made, found, listed, changed and deleted; nothing is left."""
    start, ids, taken = random.randrange(10 ** 9), [], []
    for step in range(random.randrange(8, 40)):
        roll = random.random()
        some = random.choice(ids) if ids and random.random() < 0.9 else random.choice((987654321, 0, 2147483647))
        new = texts.plain_address(random, f"u{start}x{step}")
        email = random.choice(taken) if taken and random.random() < 0.25 else new
        if roll < 0.35 or not ids:
            answer = yield send("POST", USERS, user(email, texts.name(random)))
            if number := id_of(answer):
                ids.append(number)
                taken.append(email)
        elif roll < 0.5:
            yield send("GET", f"/users/{some}")
        elif roll < 0.6:
            yield send("GET", f"/users/?skip={random.randrange(6)}&limit={random.randrange(6)}")
        elif roll < 0.7:
            yield send("PUT", f"/users/{some}", user(email, texts.name(random)))
            taken.append(email)
        elif roll < 0.9:
            change = {"email": email, "name": texts.name(random), "id": 7, "x": None}
            keys = random.sample(list(change), random.randrange(5))
            yield send("PATCH", f"/users/{some}", json.dumps({key: change[key] for key in keys}))
            taken.append(email)
        else:
            yield send("DELETE", f"/users/{some}")
            ids = [number for number in ids if number != some]
    yield send("GET", USERS)
    for number in ids:
        yield send("DELETE", f"/users/{number}")
    yield send("GET", random.choice(["/users", "/users/", "/users/?limit=1"]))


def new_addresses(random):
    """Stored in a user of its own, and read back."""
    answer = yield send("POST", USERS, user(f"new{random.randrange(10 ** 9)}@b.co"))
    number = id_of(answer)
    for _ in range(CHUNK):
        text = texts.address(random)
        yield send("PATCH", f"/users/{number}", json.dumps({"email": text}, ensure_ascii=random.random() < 0.5))
        if random.random() < 0.1:
            yield send("GET", f"/users/{number}")
        if random.random() < 0.1:
            yield send("POST", USERS, json.dumps({"email": text, "name": None}))
    yield send("DELETE", f"/users/{number}")


_scripts = {}


def written_names(random):
    """A name in each of some scripts, as it is read back."""
    _scripts.update(_scripts or texts.scripts())
    for script in random.sample(sorted(_scripts), 20):
        text = "".join(random.choices(_scripts[script], k=random.randint(1, 8)))
        number = random.choice(BASE)
        yield send("PATCH", f"/users/{number}", json.dumps({"name": text}, ensure_ascii=random.random() < 0.5))
        yield send("GET", f"/users/{number}")
    yield send("GET", USERS)


def documents(random):
    """Whole bodies at random, and what becomes of them when some bytes change."""
    for _ in range(CHUNK // 2):
        text = texts.json_text(random)
        method, target = random.choice((("POST", USERS), ("PUT", "/users/x"), ("PATCH", "/users/x"),
            ("PUT", "/users/987654321"), ("PATCH", "/users/987654321")))
        yield send(method, target, text)
        data = text.encode("utf-8", "surrogatepass")
        yield send(method, target, texts.mutated(random, data))
        yield send(method, target, data[:random.randrange(len(data) + 1)])


def bodies(random):
    """Objects that are nearly right."""
    for _ in range(CHUNK):
        members = [f"{random.choice(SPELLINGS)}:{value(random)}" for _ in range(random.randrange(1, 5))]
        text = random.choice(texts.SPACE) + "{" + ", ".join(members) + "}" + random.choice(texts.SPACE)
        yield send("PUT", random.choice(("/users/x", "/users/987654321", "/users/1e5")), text)


SPELLINGS = ['"email"', '"email"', '"name"', '"name"', '"x"', r'"\u0065mail"', '"Name"', '"id"', '"_sa"']


def value(random):
    roll = random.random()
    if roll < 0.3:
        return json.dumps(texts.address(random), ensure_ascii=random.random() < 0.5)
    if roll < 0.5:
        return random.choice(texts.JSON_VALUES)
    return texts.number(random) if roll < 0.7 else texts.json_text(random, 2)


def mutations(random):
    documents = [text.encode() for text in CUT] + [user("a@b.co").encode(),
        b'{"name":"N","email":null,"x":[1,2.5,"\\u00e9"]}']
    for _ in range(CHUNK):
        yield send("PUT", "/users/x", texts.mutated(random, random.choice(documents)))


def numerals(random):
    for _ in range(CHUNK):
        text = encoded(texts.integer(random), random)
        target = random.choice(("/users/{}", "/users/?skip={}", "/users/?limit={}", "/users/{}/",
            "/users/?skip={}&limit=2", "/users/?limit=1&limit={}"))
        yield send("GET", target.format(text))
        yield send("POST", USERS, '{"name":1,"email":%s}' % texts.number(random))


def parameters(random):
    keys = ["skip", "limit", "skip", "limit", "Skip", "sk%69p", "lim%69t", "skip%20", "a", "", "skip[]", "%C3%A9",
        "user_id"]
    for _ in range(CHUNK):
        items = []
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
            key, text = random.choice(keys), encoded(random.choice(("1", "0", "2", "x", "", texts.integer(random))),
                random)
            items.append(random.choice((f"{key}={text}",) * 6 + (key, f"{key}=={text}", f"{key}={text}=",
                f"%{key}={text}")))
        query = "".join(item + random.choice("&&&&&&&;") for item in items)
        yield send("GET", random.choice(("/users/?", "/users/?", "/users?",
            "/users/x?")) + query.rstrip("&" if random.random() < 0.8 else ""))


SEGMENTS = ["users", "users", "users", "users", "1", "2", "x", "", "", ".", "..", "USERS", "%75sers", "user%73", "%31",
    "%2F", "a%2Fb", "%20", "a b".replace(" ", "%20"), "é".encode().decode("latin-1"), "%C3%A9",
            "%FF", "%3F", "%23", "%25", "%0A", ";", "users;a", "1;a=b", ":@", "[]", "{}", "|", "\\", "^", "`", "'\"",
            "<>", "$&+,=", "!*()~", "987654321", "99999999999", "-1", "+1", "%2e", "%2E%2e", "..."]


def routes(random):
    for _ in range(CHUNK):
        path = "/" + "/".join(random.choices(SEGMENTS, k=random.choice((1, 2, 2, 2, 3, 3,
            4)))) if random.random() < 0.4 else \
            "/users/" + random.choice(SEGMENTS) + random.choice(("", "/", "//"))
        if random.random() < 0.2:
            path += "?" + encoded(texts.name(random)[:50], random)
        yield Request(random.choice(("GET", "GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS")), path)


def kinds(random):
    """Content types with something changed, and bodies that are JSON or not."""
    for _ in range(CHUNK):
        kind = list(random.choice(CONTENT_TYPES) or JSON)[:80]
        for _ in range(random.choice((0, 1, 1, 2))):
            place = random.randrange(len(kind) + 1)
            kind[place:place + random.randrange(2)] = random.choice(["", "", " ", ";", "/", "+", ",", "j", "J",
                "é".encode().decode("latin-1"), '"', "=", "+json", "\t"])
        body = random.choice(['{"email":1}', "{", texts.json_text(random), "é", b"\xc3\x28", ""])
        yield send("PUT", random.choice(("/users/x", "/users/987654321")), body, "".join(kind))


# With how often each is taken.
RANDOM = ((life, 3), (new_addresses, 5), (written_names, 2), (documents, 4), (bodies, 3), (mutations, 3),
    (numerals, 4), (parameters, 3), (routes, 3), (kinds, 2))


# MARK: All of it

def scenarios(random, count):
    """Names and scenarios without end: in no order three quarters of `count` requests from the tables, which 25,000
    hold whole, and some at random; then random ones only."""
    listed = []
    for table in TABLES:
        requests = list(table())
        listed += [(table.__name__, requests[start:start + CHUNK]) for start in range(0, len(requests), CHUNK)]
    random.shuffle(listed)
    drawn, planned = [], 0
    for name, requests in listed:
        if planned + len(requests) <= count * 0.75:
            planned += len(requests)
            drawn.append((name, in_turn(requests)))
    drawn += [at_random(random) for _ in range((count - planned) // 60)]  # each has about 50
    random.shuffle(drawn)
    yield "setup", setup()
    for name, scenario in drawn:
        yield name, over_tls(scenario) if random.random() < TLS else scenario
    while True:
        yield at_random(random)


def at_random(random):
    families, weights = zip(*RANDOM)
    family = random.choices(families, weights)[0]
    return family.__name__, family(random)


# How many scenarios use nginx's other port.
TLS = 0.1


def over_tls(scenario):
    """The same, where it does not say otherwise."""
    answer = None
    try:
        while True:
            answer = yield replace(scenario.send(answer), secure=True)
    except StopIteration:
        pass


def in_turn(requests):
    for request in requests:
        yield request


if __name__ == "__main__":
    for table in TABLES:
        print(table.__name__, len(list(table())))
