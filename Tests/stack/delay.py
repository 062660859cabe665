"""Holds each packet of a TUN device for some time, and gives it back to the kernel: `tc netem` where there is none.

    delay.py DEVICE SECONDS
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
LONGEST = 1 << 16


def main(name, seconds):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    held = collections.deque()
    while True:
        wait = held[0][0] - time.monotonic() if held else None
        readable, _, _ = select.select([device], [], [], None if wait is None else max(0, wait))
        if readable:
            held.append((time.monotonic() + seconds, os.read(device, LONGEST)))
        while held and held[0][0] <= time.monotonic():
            os.write(device, held.popleft()[1])


main(sys.argv[1], float(sys.argv[2]))
