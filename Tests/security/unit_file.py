"""What a unit file says. It is copied to where the clone cannot be reached from, and needs nothing else."""

import pathlib


def settings(unit, name):
    """The values of a setting of a unit file, in order."""
    lines = pathlib.Path(unit).read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]
