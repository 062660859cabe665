"""Settings of the kernel that hold until a block ends."""

import contextlib
import pathlib


@contextlib.contextmanager
def setting(name, change):
    """`change` makes the new value from the old one. Without the permission everything stays as it is."""
    path, before = pathlib.Path("/proc/sys", name), None
    with contextlib.suppress(OSError, ValueError):
        before = path.read_text().strip()
        path.write_text(change(before))
    try:
        yield
    finally:
        if before is not None:
            with contextlib.suppress(OSError):
                path.write_text(before)


def value(name):
    return pathlib.Path("/proc/sys", name).read_text().strip()
