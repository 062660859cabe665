"""What processes cost, as the kernel counts it (see proc(5))."""

import os
import pathlib
import re

PROC = pathlib.Path("/proc")
NANOSECONDS_PER_TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def trees(roots):
    """For each process given by its id: itself and all below it."""
    children = {}
    for stat in PROC.glob("[0-9]*/stat"):
        fields = fields_of(stat)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))

    def below(root):
        return [root, *(process for child in children.get(root, ()) for process in below(child))]

    return [below(root) for root in roots]


def children(pid):
    """Those that a process has itself started, in the order of their starts."""
    return list(map(int, (PROC / f"{pid}/task/{pid}/children").read_text(encoding="utf-8").split()))


def fields_of(stat):
    """What a stat file says from the state on; nothing for a process that has ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return None


def cpu(processes):
    """Nanoseconds on a processor so far, of these processes and of their children that have ended."""
    return sum(on_processor(process) + of_ended_children(process) for process in processes)


def on_processor(process):
    # Per thread, because /proc/PID/schedstat is about the first thread alone.
    return sum(int(text.split()[0]) for text in read_all(process, "task/*/schedstat"))


def of_ended_children(process):
    fields = fields_of(PROC / str(process) / "stat")
    return (int(fields[13]) + int(fields[14])) * NANOSECONDS_PER_TICK if fields else 0


def read_all(process, pattern):
    for file in (PROC / str(process)).glob(pattern):
        try:
            yield file.read_text()
        except OSError:
            pass  # the thread has ended


def reset_peak(processes):
    """From now on `memory(…, "VmHWM")` is about what comes."""
    for process in processes:
        try:
            (PROC / str(process) / "clear_refs").write_text("5")
        except OSError:
            pass  # it has ended


def memory(process, field):
    """Bytes: VmRSS now, VmHWM at the peak."""
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", (PROC / str(process) / "status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def proportional(process):
    """Bytes that a process has; of what it shares with others, such as the code of a program, its share."""
    try:
        rollup = (PROC / str(process) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def titles(root):
    """The command lines of a process's descendants."""
    for process in trees([root])[0]:
        try:
            yield (PROC / str(process) / "cmdline").read_text().replace("\0", " ")
        except OSError:
            pass  # it has ended
