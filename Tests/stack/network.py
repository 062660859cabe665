"""A network between a program and its server that can be disturbed, as by `drop_traffic`, `reject_traffic` and
`add_latency` of PgBouncer's tests. The program is in one network namespace, the server in another, and all packets
between them pass a router in a third, so that connections of before are disturbed as well as new ones. Needs root.

The namespaces last as long as this process, or those in them.
"""

import contextlib
import ctypes
import os
import pathlib
import subprocess
import sys

from stack.machine import TOP
from stack.service import CLONE_NEWNET, LIBC, Stack

CLIENT, SERVER = "10.71.1.2", "10.71.2.2"
DELAY = "delay"


class Network:
    """`client` and `server` are what a service takes for its `network`; the server's one listens on `address`."""

    address = SERVER

    def __init__(self, stack):
        self.stack = stack
        self.router, self.client, self.server = (stack.exits.enter_context(namespace()) for _ in range(3))
        with inside(self.router):
            for name in "all", "default":  # what comes back from the delay comes another way than it would leave
                pathlib.Path(f"/proc/sys/net/ipv4/conf/{name}/rp_filter").write_text("0")
            pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
            ip("link set lo up")
        self.join("client", self.client, CLIENT)
        self.join("server", self.server, SERVER)

    def join(self, name, place, address):
        gateway = address.rpartition(".")[0] + ".1"
        with inside(self.router):
            ip(f"link add {name} type veth peer name eth0 netns /proc/{os.getpid()}/fd/{place}")
            ip(f"address add {gateway}/24 dev {name}")
            ip(f"link set {name} up")
        with inside(place):
            ip("link set lo up")
            ip(f"address add {address}/24 dev eth0")
            ip("link set eth0 up")
            ip(f"route add default via {gateway}")

    # --- What can happen to the traffic while a block runs

    def drop_traffic(self):
        """Nothing arrives, and nobody is told."""
        return self.changed(f"route {{}} blackhole {SERVER}", f"route {{}} blackhole {CLIENT}")

    def reject_traffic(self):
        """What is sent to the server is answered with a reset, by the router's kernel, which has no such connection."""
        return self.changed(f"route {{}} local {SERVER} dev lo")

    @contextlib.contextmanager
    def add_latency(self, seconds):
        """Every packet takes so much longer, in either direction."""
        with inside(self.router):
            ip(f"tuntap add {DELAY} mode tun")
            ip(f"link set {DELAY} up")
            ip(f"route add default dev {DELAY} table 71")
        with Stack(self.stack.folder) as stack:
            stack.start(DELAY, [sys.executable, TOP / "Tests/stack/delay.py", DELAY, seconds], network=self.router,
                        ready=lambda: self.carries(DELAY))
            with self.changed("rule {} iif client lookup 71", "rule {} iif server lookup 71"):
                yield
        with inside(self.router):
            ip(f"link delete {DELAY}")

    @contextlib.contextmanager
    def changed(self, *rules):
        with inside(self.router):
            for rule in rules:
                ip(rule.format("add"))
        try:
            yield
        finally:
            with inside(self.router):
                for rule in rules:
                    ip(rule.format("delete"))

    def carries(self, device):
        with inside(self.router):
            return "LOWER_UP" in ip(f"link show {device}")


def ip(words):
    done = subprocess.run(["ip", *words.split()], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ip {words}: {done.stderr}")
    return done.stdout


@contextlib.contextmanager
def namespace():
    """A new one, as an open file."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        check(LIBC.unshare(CLONE_NEWNET))
        place = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        check(LIBC.setns(here, CLONE_NEWNET))
    finally:
        os.close(here)
    try:
        yield place
    finally:
        os.close(place)


@contextlib.contextmanager
def inside(place):
    """This thread, and what it starts, is in a namespace while the block runs."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        check(LIBC.setns(place, CLONE_NEWNET))
        yield
    finally:
        check(LIBC.setns(here, CLONE_NEWNET))
        os.close(here)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "only root can make and enter a network")
