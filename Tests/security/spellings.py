"""One path, one meaning: what the documented rule closes cannot be reached by another spelling."""

import re

from stack.machine import TOP
from wire import HOST, ask, request

DOCUMENTED = TOP / "Documentation/operations.md"
# `@` stands for the host.
SPELLINGS = """
/readyz%0A /readyz%0a?x /readyz%0D /readyz%0D%0A /readyz%0A%0A /readyz%20 /readyz%09 /readyz%0B /readyz%0C /readyz%00
/readyz%00x /readyz%23 /readyz%3F /readyz%3Fx /readyz? /readyz?? /readyz# /readyz/ /readyz// /readyz/. /readyz/..
/readyz%2F /readyz%2f. /readyz%5C /readyz\\ /readyz; /readyz;a=b /readyz, /readyz. /readyz.. /readyz.json /readyz*
/READYZ /Readyz /ready%7A /%72eadyz /%2572eadyz /r%65adyz%0A //readyz ///readyz /./readyz /../readyz /x/../readyz
/x/..%2freadyz /x%2f..%2freadyz /%2e/readyz /%2e%2e/readyz /x/%2e%2e/readyz /%2freadyz /%2Freadyz%0A /readyz/../readyz
/readyz%0A/../readyz /docs/../readyz /docs/..%2freadyz /docs/static/../../readyz /docs/static/..%2f..%2freadyz%0A
/docs%2f../readyz /redoc/../readyz%0A /openapi.json/../readyz%0A /readyz%C2%85 /readyz%E2%80%A8 /readyz%E2%80%8B
/readyz%C2%A0 /readyz%EF%BB%BF /%EF%BB%BFreadyz /readyz%FF /readyz%C0%8A /readyz%u000a /readyz%0 /readyz% /readyz+
/users/../readyz /users/%0A/../readyz http://@/readyz http://@/readyz%0A https://@/readyz%0A http://@//readyz
http://@/x/../readyz http://@readyz
""".split()
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


def rule():
    """The documented rule, whole."""
    found = re.search(r"`(location [^`]*readyz[^`]*)`", DOCUMENTED.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{DOCUMENTED} has no rule for /readyz")
    return found[1]


INCLUDE = "    include roster/server.conf;\n"


def with_rules(site, rules):
    """The site as an operator changes it: `rules` in place of the line that its last server, the API's, includes."""
    write = site.write

    def changed():
        write()
        main = site.folder / "roster.conf"
        head, found, tail = main.read_text().rpartition(INCLUDE)
        if not found:
            raise ValueError("nginx/roster.conf does not include server.conf")
        main.write_text(head + rules + tail)

    site.write = changed
    return site


def check(stack):
    with with_rules(stack.site(), f"    {rule()}\n{INCLUDE}").started() as site:
        for method in METHODS:
            if (status := ask(site, request(method, "/readyz")).status) != 403:
                yield f"{method} /readyz is answered with {status}, although the documented rule closes it"
        for spelling in SPELLINGS:
            for method in METHODS[:2]:
                answer = ask(site, request(method, spelling.replace("@", HOST)))
                if answer.status not in (307, 400, 403, 404, 405, 421):
                    yield f"{method} {spelling}: {answer.status} {answer.body[:60]}"
        if (status := ask(site, request("GET", "/livez")).status) != 200:
            yield f"/livez is answered with {status}"
    with stack.site().started() as site:  # health checks tolerate nothing, without any rule
        for spelling in SPELLINGS:
            other = spelling.replace("@", HOST).replace("readyz", "livez").replace("ready%7A", "live%7A")
            answer = ask(site, request("GET", other))
            if answer.status == 200 and "%0" in spelling:
                yield f"GET {spelling}: a health check"
