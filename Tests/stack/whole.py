"""All that `make run` starts, for a test: PostgreSQL, unless a database is named, roster and nginx."""

import contextlib
import re
import signal

from stack.machine import TOP, free_port
from stack.roster import PROGRAM
from stack.service import Service

READY = re.compile(r"^ready", re.MULTILINE)


@contextlib.contextmanager
def running(folder, name="state", seconds=120, **variables):
    """Yields nginx's port and its TLS port. `variables` are further ones of nginx/run; what that says is in the file
    `name`.log beside the folder of its state, `name`."""
    ports, log = (free_port(), free_port()), folder / f"{name}.log"
    environment = {"PORT": ports[0], "TLS_PORT": ports[1], "STATE_DIR": folder / name, "READY_TIMEOUT": seconds,
                   "ROSTER": PROGRAM, **variables}
    service = Service(
        log, [TOP / "nginx/run"], ready=lambda: READY.search(log.read_text(errors="replace")), seconds=seconds,
        umask=0o022,
        ending=((signal.SIGTERM, 60), (signal.SIGKILL, 5)),
        environment={key: str(value) for key, value in environment.items()})
    try:
        service.start()
        yield ports
    finally:
        service.end()
