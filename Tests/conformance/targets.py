"""Targets and methods: numbers, queries, paths, pages, and how long they may be."""

import texts
from http_client import Request
from parts import JSON, METHODS, USERS, encoded, latin, send


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
