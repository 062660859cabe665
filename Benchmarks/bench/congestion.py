"""How TCP paces wrk's connections: by CUBIC, as Linux does by itself. Machines may have been set to BBR for the sake of long
distances; it starts a timer for each answer, which on the loopback interface only costs everybody's time."""

from bench import kernel

NAME = "net/ipv4/tcp_congestion_control"


def cubic():
    """Until the block ends, if it is permitted."""
    return kernel.setting(NAME, lambda before: "cubic")


def in_use():
    return kernel.value(NAME)
