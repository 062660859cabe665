"""While workers are killed, replaced and upgraded no counter falls, and what was answered was counted; while all of them are stopped
somebody answers.

    check_counters.py BASE ADMIN PROMTOOL PROGRAM

PROGRAM is what the service was started with; another one takes its place meanwhile, some of whose figures have other names.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

ASKERS = 8
# As long as the words that they are to stand for.
OTHER_NAMES = {b"roster_fastcgi_connections_accepted_total": b"roster_fastcgi_connections_received_total",
               b"Statements that have waited in vain": b"Statements that were not lucky here"}
REQUESTS = "http_server_request_duration_seconds_count"
OPEN_METRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


class Asker(threading.Thread):
    """Sends one request after the other, and counts what it has sent and what the service has answered."""

    def __init__(self, base, stop):
        super().__init__(daemon=True)
        self.address, self.stop, self.sent, self.answered = urllib.parse.urlsplit(base).netloc, stop, 0, 0

    def run(self):
        client = http.client.HTTPConnection(self.address, timeout=30)
        while not self.stop.wait(0.005):
            self.sent += 1
            try:
                client.request("GET", "/users/?limit=1")
                answer = client.getresponse()
                answer.read()
                self.answered += answer.status == 200
            except (OSError, http.client.HTTPException):
                client.close()


class Scraper(threading.Thread):
    """Reads the figures ten times a second, and notes what has fallen."""

    def __init__(self, admin, stop):
        super().__init__(daemon=True)
        self.admin, self.stop, self.looks, self.found, self.last = admin, stop, 0, [], {}

    def run(self):
        while not self.stop.wait(0.1):
            try:
                now = counters(self.admin)
            except OSError as error:
                self.found.append(f"no answer: {error}")
                continue
            self.looks += 1
            self.found += [f"{key} fell from {count} to {now.get(key)}" for key, count in self.last.items()
                           if now.get(key, -1) < count]
            self.last = now


def text(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return answer.read().decode()


def counters(admin):
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text(f"{admin}/metrics"))
            if family.type in ("counter", "histogram") for sample in family.samples}


def total(counts, name, **labels):
    return sum(count for (found, *pairs), count in counts.items() if found == name and labels.items() <= dict(pairs).items())


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it did not come to pass within {seconds} s"
        time.sleep(0.05)


def workers(admin):
    return {worker["pid"] for worker in json.loads(text(f"{admin}/status"))["processes"] if worker["state"] != "Starting"}


def parent(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"^PPid:\s+(\d+)$", status, re.MULTILINE)[1])


def kill_one(admin):
    before = workers(admin)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    until(lambda: victim not in workers(admin) and len(workers(admin)) == len(before))


def reload(admin, supervisor):
    def done():
        return total(counters(admin), "roster_reloads_total", result="done")
    before = done()
    os.kill(supervisor, signal.SIGHUP)
    until(lambda: done() > before)


def install(program, content):
    new = program.with_suffix(".new")
    new.write_bytes(content)
    new.chmod(program.stat().st_mode)
    new.rename(program)


def check_stopped(admin):
    """Nobody of the workers answers; asked for their figures, it is not they who do."""
    stopped = workers(admin)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        times = []
        for _ in range(10):
            began = time.monotonic()
            assert REQUESTS in text(f"{admin}/metrics")
            times.append(time.monotonic() - began)
        # The machine may have others to serve meanwhile.
        assert sorted(times)[1] < 0.1, times
        assert workers(admin) == stopped
        until(lambda: status(f"{admin}/livez") == 503, 4)
        assert status(f"{admin}/readyz") == 503
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)
    until(lambda: status(f"{admin}/readyz") == 200)


def status(url):
    try:
        text(url)
        return 200
    except urllib.error.HTTPError as error:
        return error.code


@contextlib.contextmanager
def running(*threads, stop):
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def main(base, admin, promtool, program):
    supervisor, program = parent(min(workers(admin))), pathlib.Path(program)
    original = program.read_bytes()
    other = original
    for name, stand_in in OTHER_NAMES.items():
        assert len(name) == len(stand_in) and name in original, name
        other = other.replace(name, stand_in)
    before = total(counters(admin), REQUESTS, http_route="/users/")
    stop = threading.Event()
    askers, scraper = [Asker(base, stop) for _ in range(ASKERS)], Scraper(admin, stop)
    with running(*askers, scraper, stop=stop):
        for number, content in enumerate((original, other, original), 1):
            install(program, content)
            reload(admin, supervisor)
            kill_one(admin)
            until(lambda: status(f"{admin}/readyz") == 200)
            shown = text(f"{admin}/metrics")
            subprocess.run([promtool, "check", "metrics"], input=shown, text=True, check=True)
            list(openmetrics.text_string_to_metric_families(text(f"{admin}/metrics", **OPEN_METRICS)))
            # However quick all that was: the figures have been looked at meanwhile, and there was something to count.
            until(lambda: scraper.looks > 7 * number and sum(asker.answered for asker in askers) > 40 * number)
    after = counters(admin)
    for name in OTHER_NAMES.keys() | set(OTHER_NAMES.values()):
        if name.startswith(b"roster_"):
            assert total(after, name.decode()) > 0, f"{name.decode()} has counted nothing"
    assert not scraper.found, scraper.found[:10]
    counted = total(after, REQUESTS, http_route="/users/") - before
    answered, sent = sum(asker.answered for asker in askers), sum(asker.sent for asker in askers)
    # Those under way in a worker that is killed are counted or not.
    assert answered <= counted <= sent, (answered, counted, sent)
    assert sent - answered <= 3 * ASKERS, (answered, sent)
    check_stopped(admin)


main(*sys.argv[1:])
