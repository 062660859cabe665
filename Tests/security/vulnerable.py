"""What Roster is not: a server that puts the client's text into its SQL, for sqlmap to find."""

import contextlib
import http.server
import sqlite3
import threading
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        identifier = urllib.parse.unquote(self.path.removeprefix("/users/"))
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE users (id integer, name text)")
        database.execute("INSERT INTO users VALUES (1, 'A'), (2, 'B')")
        try:
            rows = database.execute(f"SELECT name FROM users WHERE id = {identifier}").fetchall()
        except sqlite3.Error:
            rows = []
        self.send_response(200 if rows else 404)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # sqlmap has seen enough
            self.wfile.write(repr(rows).encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def server():
    """Yields its port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        yield service.server_port
        service.shutdown()
