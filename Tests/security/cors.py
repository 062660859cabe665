"""CORS, with the line of headers.conf that makes it count: what other sites' pages may read."""

import concurrent.futures
import shutil

from wire import ask, request

OURS, THEIRS = "https://app.example.com", "https://evil.example"
SIZES = b"x" * ((1 << 20) + 1)
# What is asked, and the status: answers of the application, of files, and of nginx itself.
CASES = [
    (request("GET", "/users/?limit=0", Origin=OURS), 200), (request("GET", "/users?a", Origin=OURS), 307),
    (request("POST", "/users/", b"{}", Origin=OURS), 422), (request("GET", "/nothing", Origin=OURS), 404),
    (request("GET", "/openapi.json", Origin=OURS), 200), (request("GET", "/docs/static/nothing", Origin=OURS), 404),
    (request("POST", "/users/", SIZES, Origin=OURS), 413), (request("TRACE", "/users/", Origin=OURS), 405),
    (request("GET", "/users/", Origin=OURS, X="a" * (16 << 10)), 400),
]
PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type", "access-control-max-age": "7200"}


def enabled(site):
    """The site as an operator changes it."""
    write = site.write

    def changed():
        write()
        headers, main = site.folder / "roster/headers.conf", site.folder / "roster.conf"
        replace(headers, "# include roster/cors.conf;", "include roster/cors.conf;")
        replace(main, '$roster_cors_origin { default ""; }',
                f'$roster_cors_origin {{ default ""; {OURS} $http_origin; "~^https://[a-z]+\\.example\\.org$" $http_origin; }}')

    site.write = changed
    return site


def replace(path, old, new):
    text = path.read_text()
    if old not in text:
        raise ValueError(f"{path} has no {old}")
    path.write_text(text.replace(old, new))


def check(stack):
    with enabled(stack.site()).started() as site:
        for data, status in CASES:
            yield from problems(ask(site, data), data, status, OURS)
            yield from problems(ask(site, data.replace(OURS.encode(), THEIRS.encode())), data, status, None)
        yield from problems(
            ask(site, request("GET", "/users/", Origin="https://a.example.org")), b"another", 200, "https://a.example.org")
        yield from preflights(site)
        yield from without_origin(ask(site, request("GET", "/users/?limit=0")))
        refused = [answer for answer in crowd(site) if answer.status == 429]
        if refused:
            yield from problems(refused[0], b"too many", 429, OURS)
        else:
            yield "a thousand requests are all taken"
    nobody = stack.folder / "nobody.sock"
    shutil.rmtree(nobody, ignore_errors=True)
    with enabled(stack.site(nobody)).started() as site:
        yield from problems(ask(site, request("GET", "/users/", Origin=OURS)), b"nobody", 502, OURS)


def crowd(site):
    """A thousand requests, as fast as this machine sends them: more than the limit of a second for each second that it takes."""
    data = request("GET", "/users/?limit=0", Origin=OURS)
    with concurrent.futures.ThreadPoolExecutor(16) as executor:
        return list(executor.map(lambda _: ask(site, data), range(1000)))


def preflights(site):
    for path in ("/users/", "/users/1", "/openapi.json"):
        for origin in (OURS, THEIRS):
            answer = ask(site, request("OPTIONS", path, Origin=origin, Access_Control_Request_Method="PATCH"))
            yield from problems(answer, b"a preflight", 204, origin if origin == OURS else None)
            if origin == OURS and {name: answer.get(name) for name in PREFLIGHT} != PREFLIGHT:
                yield f"a preflight of {path} is answered with {answer.headers}"


def without_origin(answer):
    """What is no page's is answered as ever, but for caches."""
    if answer.get("vary") != "Origin" or any(name.startswith("access-control") for name in answer.headers):
        yield f"without Origin: {answer.headers}"


def problems(answer, data, status, origin):
    name = data[:60]
    if answer.status != status:
        yield f"{name}: {answer.status} instead of {status}"
    if answer.get("access-control-allow-origin") != origin:
        yield f"{name}: {status} has Access-Control-Allow-Origin {answer.get('access-control-allow-origin')} instead of {origin}"
    if answer.get("vary") != "Origin" or answer.get("access-control-allow-credentials"):
        yield f"{name}: {status} has {answer.headers}"
