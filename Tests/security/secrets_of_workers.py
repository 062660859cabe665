"""A program of the service's user looks at the environment and the memory of a worker, before its first instruction."""

import fcntl
import os
import signal
import struct
import subprocess
import termios
import threading

from local_users import as_user, only_root
from stack.machine import accepts
from stack.processes import children
from stack.service import wait_for

SECRET = "S3cretPassw0rd"
# A descriptor of mem that was opened once stays good, whatever the process does to itself afterwards.
LOOK = """
import os, sys
for name, flags in (("environ", os.O_RDONLY), ("mem", os.O_RDWR), ("maps", os.O_RDONLY), ("fd/2", os.O_RDONLY)):
    try:
        descriptor = os.open(f"/proc/{sys.argv[1]}/{name}", flags)
        print(name, end=" ")
        has_password = name == "environ" and sys.argv[2].encode() in os.read(descriptor, 1 << 16)
        print("with the password," if has_password else ",")
    except OSError:
        pass
"""


@only_root
def check(stack):
    """The dynamic linker is made to tell all that it does to a pipe that nobody reads, and so waits before main()."""
    address, (reading, writing) = stack.folder / "secrets.sock", os.pipe()
    url = stack.url.replace("roster@", f"roster:{SECRET}@")
    environment = os.environ | {"DATABASE_URL": url, "LD_DEBUG": "bindings", "LD_BIND_NOW": "1"}
    command = [stack.roster, "serve", "--listen", f"unix:{address}", "--user", "www-data", "--workers", "2"]
    service = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writing, stderr=writing, env=environment)
    reader = Reader(reading)
    try:
        wait_for(lambda: accepts(address) and len(children(service.pid)) == 2)
        yield from opened("of the supervisor", service.pid)
        yield from (problem for pid in children(service.pid) for problem in opened("of a worker that runs", pid))
        reader.stop()
        before = children(service.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: set(children(service.pid)) - set(before) and unread(reading) > 60_000)
        (new,) = set(children(service.pid)) - set(before)
        yield from opened("of a worker that begins", new)
    finally:
        service.kill()
        service.wait()
        os.close(writing)
        os.close(reading)


class Reader:
    """Reads a pipe until it is stopped."""

    def __init__(self, pipe):
        self.pipe, self.stopped = pipe, threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        os.set_blocking(self.pipe, False)
        while not self.stopped.wait(0.001):
            try:
                os.read(self.pipe, 1 << 16)
            except BlockingIOError:
                pass

    def stop(self):
        self.stopped.set()
        self.thread.join()


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"1234"))[0]


def opened(whose, pid):
    command = as_user("www-data", "/usr/bin/python3", "-c", LOOK, pid, SECRET)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if done.stdout:
        yield f"{whose} another process of the same user opens {' '.join(done.stdout.split())}"
