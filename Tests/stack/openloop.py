"""Requests at a rate, whether they are answered or not: Benchmarks/openloop, which `make` builds."""

import json
import signal
import subprocess

from stack.machine import TOP
from stack.service import prepared

PROGRAM = TOP / ".build/openloop"


class OpenLoop:
    """`with OpenLoop(…) as load:` sends meanwhile; `load.result()` waits for the end of it."""

    def __init__(self, to, path="/users/{random}", *, rate, seconds, connections=32, patience=30, users=1_000_000,
                 method="GET", body="", over=(), seed=1):
        header = ("--header", "Content-Type: application/json") if body else ()
        self.child = subprocess.Popen(
            list(map(str, [
                PROGRAM, "--to", to, "--path", path, "--rate", rate, "--seconds", seconds, "--connections", connections,
                "--patience", patience, "--range", f"1-{users}", "--method", method, "--body", body, "--seed", seed,
                *header, *(("--over", ",".join(map(str, over))) if over else ())])),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepared(None, signal.SIGKILL))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()

    def result(self):
        output, complaint = self.child.communicate()
        if self.child.returncode != 0:
            raise RuntimeError(complaint)
        return json.loads(output)


def send(to, *arguments, **options):
    with OpenLoop(to, *arguments, **options) as load:
        return load.result()
