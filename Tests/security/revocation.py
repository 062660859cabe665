"""A key that was taken away: within a second of SIGHUP it opens nothing, whatever the database does."""

import signal
import subprocess
import time

from local_users import as_user, only_root
from stack.service import wait_for
from wire import ask, request

SECONDS = 1
# For a machine that is busy with other tests.
MORE = 1


@only_root
def check(stack):
    file = stack.folder / "keys"
    file.write_text("", encoding="utf-8")
    file.chmod(0o644)
    kept, gone = new_key(stack, file, "kept"), new_key(stack, file, "gone")
    options = "--workers", "2", "--api-keys", file
    with stack.service("revocation", *options) as service, stack.site(service.socket).started() as site:
        wait_for(lambda: status(site, gone) == status(site, kept) == 200)
        limit = "ALTER ROLE roster CONNECTION LIMIT "
        try:
            superuser(stack, f"{limit} 1")
            yield from revoked(file, service, site, gone, "no connection is left")
            if status(site, kept) != 200:
                yield f"when no connection is left, a key that stays is answered with {status(site, kept)}"
        finally:
            superuser(stack, f"{limit} -1")
    third = new_key(stack, file, "third")
    with stack.service("revocation2", *options, url=f"host={stack.folder} user=nobody") as service:
        with stack.site(service.socket).started() as site:
            wait_for(lambda: status(site, third) == 503)
            yield from revoked(file, service, site, third, "the database is away")


def revoked(file, service, site, key, name):
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(line + "\n" for line in lines[:-1]), encoding="utf-8")
    service.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + SECONDS + MORE
    while time.monotonic() < end and status(site, key) != 401:
        time.sleep(0.05)
    # Each worker has to know it.
    answers = {status(site, key) for _ in range(20)}
    if answers != {401}:
        yield f"{name}: {SECONDS + MORE} s after SIGHUP a key that was taken away is answered with {sorted(answers)}"
    if "key" not in "".join(service.lines()[-20:]):
        yield f"{name}: the log does not say which keys hold: {service.lines()[-5:]}"


def new_key(stack, file, name):
    """Its text; the line for the file goes to the file's end."""
    with open(file, "a", encoding="utf-8") as lines:
        done = subprocess.run([stack.roster, "key", "new", name, "--role", "writer"], stdin=subprocess.DEVNULL,
                              stdout=lines, stderr=subprocess.PIPE, text=True, check=True)
    return done.stderr.split()[-1]


def status(site, key):
    return ask(site, request("GET", "/users/?limit=1", Authorization=f"Bearer {key}")).status


def superuser(stack, statement):
    command = "psql", "-qX", "-h", stack.folder / "state/postgres", "-U", "postgres", "-d", "roster", "-c", statement
    subprocess.run(as_user("postgres", *command), check=True, stdin=subprocess.DEVNULL)
