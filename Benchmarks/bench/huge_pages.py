"""Memory in pages of 2 MiB for PostgreSQL; its documentation ("Linux Huge Pages") advises them for large shared buffers."""

import pathlib

from bench import kernel


def reserved(count):
    """Reserves so many more until the block ends; without them PostgreSQL takes small pages."""
    return kernel.setting("vm/nr_hugepages", lambda before: str(int(before) + count))


def is_used(process):
    """Whether a part of the process's memory is in such pages."""
    return "KernelPageSize:     2048 kB" in pathlib.Path(f"/proc/{process}/smaps").read_text()
