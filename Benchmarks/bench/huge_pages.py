"""Memory in pages of 2 MiB for PostgreSQL; its documentation ("Linux Huge Pages") advises them for large shared buffers."""

import contextlib
import pathlib

RESERVED = pathlib.Path("/proc/sys/vm/nr_hugepages")


@contextlib.contextmanager
def reserved(count):
    """Reserves so many more until the block ends, if it is permitted; without them PostgreSQL takes small pages."""
    before = None
    with contextlib.suppress(OSError):
        before = int(RESERVED.read_text())
        RESERVED.write_text(str(before + count))
    try:
        yield
    finally:
        if before is not None:
            with contextlib.suppress(OSError):
                RESERVED.write_text(str(before))


def is_used(process):
    """Whether a part of the process's memory is in such pages."""
    return "KernelPageSize:     2048 kB" in pathlib.Path(f"/proc/{process}/smaps").read_text()
