"""That nothing is left over, whatever becomes of who has started it.

In Tests: `python3 -m unittest stack.test_service`
"""

import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from stack.machine import ME, TOP, WEB_USER
from stack.service import NotReady, Service, end, launch, until

HARNESS = """
import signal, sys
sys.path.insert(0, sys.argv[1])
from stack.service import launch
print(launch("/dev/null", ["sleep", "1000"], user=sys.argv[2]).pid, flush=True)
signal.pause()
"""


def runs(process):
    """A zombie, which nobody has buried yet, has no command line."""
    try:
        return bool(pathlib.Path(f"/proc/{process}/cmdline").read_bytes())
    except OSError:
        return False


class ServiceTests(unittest.TestCase):
    def test_what_a_killed_harness_has_started_ends(self):
        for user in {ME, WEB_USER}:
            command = [sys.executable, "-c", HARNESS, TOP / "Tests", user]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as harness:
                process = int(harness.stdout.readline())
                self.assertIsNotNone(until(lambda: runs(process), 10))
                harness.kill()
            self.assertIsNotNone(until(lambda: not runs(process), 10), f"it runs on as {user}")

    def test_who_does_not_listen_is_ended_by_force_and_its_children_too(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "log")
            child = launch(log, ["sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait; wait"])
            self.assertIsNotNone(until(lambda: log.read_text().endswith("\n"), 10))
            end(child, ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5)))
            self.assertEqual(child.returncode, -signal.SIGKILL)
            self.assertIsNotNone(until(lambda: not runs(int(log.read_text())), 10))

    def test_who_ends_before_it_is_ready_is_quoted(self):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(pathlib.Path(folder, "log"), ["sh", "-c", "echo the reason; exit 3"], ready=lambda: False)
            with self.assertRaisesRegex(NotReady, "the reason"):
                service.start()
            service.end()


if __name__ == "__main__":
    unittest.main()
