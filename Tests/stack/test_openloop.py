"""Does the load generator tell what a server does? A real one stalls, refuses and breaks off.

In Tests, after `make faults-parts`: `python3 -m unittest stack.test_openloop`
"""

import pathlib
import socketserver
import tempfile
import threading
import time
import unittest

from stack.openloop import send

STALL = 0.4  # seconds
ANSWERS = {
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "/chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
               b"3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n",
    "/nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/continue": b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "/refused": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n",
    "/too-much": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx",
    "/no-number": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "/no-http": b"SMTP 200\r\n\r\n",
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
    "/until-closed": b"HTTP/1.1 200 OK\r\n\r\nok",
    "/said-close": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
}
CLOSING = {"/short", "/until-closed", "/said-close"}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        while line := self.rfile.readline():
            length = 0
            while (field := self.rfile.readline()) not in (b"\r\n", b""):
                if field.lower().startswith(b"content-length:"):
                    length = int(field.split(b":")[1])
            body, path = self.rfile.read(length), line.split()[1].decode()
            self.server.seen.append((line, body))
            self.server.gate.wait()
            if path == "/silent":
                continue
            if path == "/byte-by-byte":
                for byte in ANSWERS["/chunks"]:
                    self.wfile.write(bytes([byte]))
                continue
            self.wfile.write(ANSWERS.get(path, ANSWERS["/length"]))
            if path in CLOSING:
                return


class Server:
    """`gate` is open: whoever closes it stalls every answer."""

    def __init__(self, kind=socketserver.ThreadingTCPServer, address=("127.0.0.1", 0)):
        self.server = kind(address, Handler)
        self.server.daemon_threads = True
        self.server.request_queue_size = 64
        self.server.seen, self.server.connections, self.server.gate = [], 0, threading.Event()
        self.server.gate.set()

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self.server

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def ask(server, path, count=20, **options):
    options = {"rate": 200, "connections": 4, "patience": 2, **options}
    return send(f"127.0.0.1:{server.server_address[1]}", path, seconds=count / options["rate"], **options)


class OpenLoopTests(unittest.TestCase):
    def test_a_stall_is_seen_by_all_that_were_due_in_it(self):
        with Server() as server:
            def stall():
                while len(server.seen) < 100:
                    time.sleep(0.001)
                server.gate.clear()
                time.sleep(STALL)
                server.gate.set()
            thread = threading.Thread(target=stall)
            thread.start()
            result = ask(server, "/length", 800, rate=400, connections=8, over=(100, 200))
            thread.join()
        self.assertEqual(result["statuses"], {"200": 800})
        self.assertGreaterEqual(result["latency"]["max"], STALL * 1000 * 0.97)
        # Eight connections can have no more than eight requests in a stall; the others were due all the same.
        self.assertGreater(result["latency"]["over"]["100"], (STALL - 0.1) * 400 * 0.9)
        self.assertGreater(result["latency"]["over"]["100"], result["latency"]["over"]["200"])
        self.assertLess(result["latency"]["p50"], 100)
        self.assertGreater(result["latency"]["p90"], 100)

    def test_answers_of_every_form_are_understood_over_kept_connections(self):
        for path, status in (("/length", 200), ("/chunks", 200), ("/byte-by-byte", 200), ("/nothing", 204),
                             ("/continue", 404), ("/refused", 503)):
            with self.subTest(path), Server() as server:
                result = ask(server, path)
                self.assertEqual(result["statuses"], {str(status): 20})
                self.assertEqual(set(result["errors"].values()), {0})
                self.assertLessEqual(server.connections, 4)

    def test_a_connection_that_was_closed_as_announced_is_replaced(self):
        for path in ("/until-closed", "/said-close"):
            with self.subTest(path), Server() as server:
                result = ask(server, path)
                self.assertEqual(result["statuses"], {"200": 20})
                self.assertGreaterEqual(server.connections, 20)

    def test_what_is_no_answer_is_counted_by_its_kind(self):
        for path, kind in (("/too-much", "malformed"), ("/no-number", "malformed"), ("/no-http", "malformed"),
                           ("/short", "lost")):
            with self.subTest(path), Server() as server:
                result = ask(server, path)
                self.assertEqual(result["statuses"], {})
                self.assertEqual(result["errors"][kind], 20)

    def test_what_is_never_answered_counts_with_the_time_it_waited(self):
        with Server() as server:
            result = ask(server, "/silent", patience=0.3, over=(290,))
        self.assertEqual(result["errors"]["unanswered"], 20)
        self.assertEqual(result["latency"]["over"]["290"], 20)
        self.assertGreaterEqual(result["latency"]["max"], 390)
        self.assertTrue(345 < result["latency"]["mean"] < result["latency"]["max"], result["latency"])

    def test_nobody_listens(self):
        with Server() as server:
            pass
        result = ask(server, "/length", patience=0.2)
        self.assertEqual(result["errors"]["unanswered"], 20)
        self.assertGreater(result["errors"]["connect"], 0)

    def test_requests_are_filled_in_and_sent_at_the_rate(self):
        with Server() as server:
            began = time.monotonic()
            result = ask(server, "/users/{random}?n={number}", 100, method="PUT", users=3, body='{"n":"{number}"}')
            took = time.monotonic() - began
        self.assertEqual(result["statuses"], {"200": 100})
        self.assertTrue(0.49 < took < 1.5, took)
        lines = sorted(line.decode() for line, _ in server.seen)
        self.assertEqual({line.split("?")[0] for line in lines}, {f"PUT /users/{n}" for n in (1, 2, 3)})
        self.assertEqual(sorted(body for _, body in server.seen), sorted(b'{"n":"%d"}' % n for n in range(100)))

    def test_a_unix_socket_is_spoken_to_as_well(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "socket")
            with Server(socketserver.ThreadingUnixStreamServer, path):
                result = send(f"unix:{path}", "/length", rate=100, seconds=0.2)
        self.assertEqual(result["statuses"], {"200": 20})


if __name__ == "__main__":
    unittest.main()
