"""Programs of others that look for weaknesses: gixy-ng, testssl.sh, sqlmap, systemd-analyze."""

import json
import re
import subprocess
import urllib.request

import vulnerable
from stack.machine import TOP
from wire import HOST

# gixy's findings that stay, and why.
ACCEPTED = {
    # A `$` also matches before a newline at the end, as in the FastAPI application; `location =` would not.
    "regex_exact_match",
    # The first server block is for names that are nobody's. Saying default_server would be a claim on what other sites serve.
    "default_server_flag",
    # About speed, and only of the documentation pages: with open_file_cache an upgrade would show the old ones for a while.
    "try_files_is_evil_too",
}
# The certificate is this test's own: nobody vouches for it, it has another name, and nobody could revoke it. And testssl.sh says on every machine
# that OpenSSL has no GOST.
ABOUT_THE_TEST = {"cert_chain_of_trust", "cert_trust", "cert_revocation", "engine_problem"}


def check_gixy(stack):
    """gixy-ng finds nothing in the shipped configuration."""
    site = stack.site()
    site.write()
    configuration = site.folder / "gixy.conf"
    configuration.write_text("events { }\nhttp { include roster.conf; }\n")
    findings = json.loads(run([TOP / ".build/security/bin/gixy", "--format", "json", configuration], 60, cwd=site.folder))
    for finding in findings:
        if finding["plugin"] not in ACCEPTED:
            yield f"{finding['severity']} {finding['plugin']}: {finding['reason']}\n{finding['config']}"
    for name in ACCEPTED - {finding["plugin"] for finding in findings}:
        yield f"{name} is accepted, but gixy does not find it any more"


def check_testssl(stack):
    """testssl.sh finds nothing in protocols, ciphers, headers, and none of the known attacks."""
    findings = testssl(stack)
    # One of its many connections may fail while the other parts keep the machine busy: it says so, and is asked once more.
    if any("connect problem" in finding["finding"] for finding in findings):
        findings = testssl(stack)
    ids = {finding["id"] for finding in findings}
    for needed in ["SSLv3", "TLS1_3", "cipherlist_LOW", "cipher_order", "HSTS_time", "heartbleed", "ROBOT", "scanTime"]:
        if needed not in ids:
            yield f"testssl.sh did not get as far as {needed}"
    for finding in findings:
        if finding["severity"] not in ("OK", "INFO") and finding["id"] not in ABOUT_THE_TEST:
            yield f"{finding['severity']} {finding['id']}: {finding['finding']}"


def testssl(stack):
    results = stack.folder / "testssl.json"
    with stack.site().started() as site:
        results.unlink(missing_ok=True)
        run(["testssl", "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none", "--ip", "127.0.0.1",
             "--jsonfile", results, f"https://{HOST}:{site.tls_port}/users/"], 1800, cwd=stack.folder)
    return json.loads(results.read_text())


def check_sqlmap_itself(stack):
    """sqlmap, as it is called here, does find an injection where there is one."""
    with vulnerable.server() as port:
        output = sqlmap(stack, "itself", f"http://127.0.0.1:{port}/users/1*", "--dbms=SQLite", "--technique=B")
    if "sqlmap identified the following injection point" not in output:
        yield f"sqlmap does not find the injection of vulnerable.py, so it says nothing about Roster:\n{output[-2000:]}"


def check_sqlmap(stack):
    """sqlmap finds no injection in any place that a client can write to, and nothing that it sends makes a 500."""
    # sqlmap wants an answer with 200 to begin with, but for DELETE, after which there is nothing to compare.
    user, body = f"{stack.base}/users/{create(stack.base)}", '{"email":"a*@b.co","name":"x*"}'
    for name, url, *arguments in [
        ("GET", f"{user}*"),
        ("paging", f"{stack.base}/users/?skip=0*&limit=1*"),
        ("POST", f"{stack.base}/users/", "--method=POST", f"--data={body}"),
        ("PUT", user, "--method=PUT", f"--data={body}"),
        ("PATCH", user, "--method=PATCH", f"--data={body}"),
        ("DELETE", f"{stack.base}/users/2147483647*", "--method=DELETE", "--ignore-code=404"),
    ]:
        output = sqlmap(stack, name, url, "--dbms=PostgreSQL", "--headers=Content-Type: application/json", *arguments)
        if "all tested parameters do not appear to be injectable" not in output:
            yield f"{name}: sqlmap does not say that it has tested everything and found nothing:\n{output[-3000:]}"
        yield from (f"{name}: {line}" for line in re.findall(r"5\d\d \([^)]*\) - \d+ times", output))


def create(base):
    """The id of a new user."""
    body = b'{"email":"sqlmap@b.co","name":"A"}'
    request = urllib.request.Request(f"{base}/users/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["id"]


def sqlmap(stack, name, url, *arguments):
    """What it says. On an idle machine it takes 15 s; where answers are slow, it looks more than once whether that was SQL."""
    return run(
        ["sqlmap", f"--url={url}", "--batch", "--level=5", "--risk=3", "--threads=4", "--flush-session",
         "--disable-coloring", f"--output-dir={stack.folder}/sqlmap-{name}", *arguments], 1800)


def run(command, seconds, **options):
    """The output of a program; its status is the number of findings with some."""
    command = list(map(str, command))
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds,
        check=False, **options).stdout
