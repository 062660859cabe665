"""Stored markup in every page that shows it: Tests/browser/check_markup.py, in Chromium."""

import subprocess

from stack.machine import TOP


def check(stack):
    done = subprocess.run(
        [TOP / ".build/browser/bin/python", TOP / "Tests/browser/check_markup.py", stack.base],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    if done.returncode:
        yield done.stdout[-3000:]
