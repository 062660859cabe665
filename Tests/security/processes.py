"""Starts what the tests need, and stops it again."""

import contextlib
import pathlib
import signal

from stack.service import Service

# To start; a machine that is busy with other tests takes its time.
SECONDS = 300
ENDING = ((signal.SIGTERM, 60), (signal.SIGKILL, 5))


@contextlib.contextmanager
def running(command, log, is_ready, environment=None):
    """A process from when it is ready; it is asked to end, and waited for."""
    pathlib.Path(log).unlink(missing_ok=True)
    service = Service(log, command, ready=is_ready, seconds=SECONDS, ending=ENDING, umask=0o022,
                      environment={name: str(value) for name, value in (environment or {}).items()})
    try:
        service.start()
        yield service.child
    finally:
        service.end()
