"""A path of the API that is closed by a regular expression, as operations.md says, has no other spelling."""

import contextlib

from spellings import INCLUDE, with_rules
from wire import HOST, ask, request

RULES = "    location ~ ^/users/$ { deny all; }\n" + INCLUDE
# In place of %s the path, without its first slash.
FRAMES = [
    "/%s", "//%s", "///%s", "/./%s", "/%%2e/%s", "/x/../%s", "/x/%%2e%%2e/%s", "/x/..%%2F%s", "/%%2F%s", "/%s?x", "/%s#x",
    "/%s?#x", "/%s%%23", "/%s%%3Fx", "/%s%%00", "/%s%%0A", "/%s%%0a?x", "/%s%%0A%%0A", "/%s%%0D%%0A", "/%s%%0D", "/%s%%09",
    "/%s%%20", "/%s%%C2%%85", "/%s%%E2%%80%%A8", "/%s/", "/%s//", "/%s/.", "/%s/..", "/%s/x/..", "/%s/%%0A", "/%s%%0A/",
    "/%s%%2F", "/%s;", "/%s;x=1", "/%s.", "/%s%%", "/%s%%2", "/%s\\", "/\\%s", f"http://{HOST}/%s", f"https://{HOST}/%s",
    f"http://{HOST}//%s", f"http://{HOST}/%s%%0A", f"HTTP://{HOST}/x/../%s", f"http://user@{HOST}/%s", "/docs/../%s",
    "/docs/static/../../%s", "/docs%%2F..%%2F%s", "/openapi.json/../%s", "/redoc/../%s", "/roster_error/../%s",
    "/%s/../%s", "/readyz/../%s", "/api/%s", "/users/%s", "/users/../%s", "%s", "*%s",
]
SPELLINGS = ["users/", "%75sers/", "users%2F", "users%2f", "user%73/", "USERS/"]


def check(stack):
    with with_rules(stack.site(), RULES).started() as site:
        if (status := ask(site, request("GET", "/users/")).status) != 403:
            yield f"/users/ is answered with {status}"
        if (status := ask(site, request("GET", "/users/1")).status) not in (200, 404):
            yield f"/users/1 is answered with {status}"
        for number, spelling in enumerate(SPELLINGS):
            yield from bypasses(site, spelling, f"127.0.0.{10 + number}")


def bypasses(site, spelling, source):
    """From addresses of their own, since each may ask a hundred times a second."""
    for frame in FRAMES:
        target = frame.replace("%s", spelling).replace("%%", "%")
        with contextlib.suppress(EOFError, OSError):
            answer = ask(site, request("GET", target), source=source)
            if answer.status in (200, 503):
                yield f"{target} is answered with {answer.status} {answer.body[:60]}"
