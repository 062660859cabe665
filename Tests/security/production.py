"""The production site, nginx/roster.conf, in an nginx of its own: what is changed in it is ports, names and paths."""

import contextlib
import os
import re
import shutil

from processes import running
from stack.machine import TOP, accepts, free_port
from stack.processes import children


class Site:
    """An nginx with the site in front of a FastCGI socket, and the ports on which it listens."""

    def __init__(self, folder, socket, state):
        self.folder, self.socket, self.state = folder, socket, state
        self.port, self.tls_port = free_port(), free_port()

    @contextlib.contextmanager
    def started(self, before=()):
        """`before`: what has to stand before nginx's command."""
        self.write()
        arguments = [*before, "nginx", "-p", self.folder, "-c", "nginx.conf", "-e", "stderr"]
        with running(arguments, self.folder / "nginx.log", lambda: accepts(self.tls_port)) as self.nginx:
            yield self

    def workers(self):
        """The numbers of nginx's workers."""
        return children(self.nginx.pid)

    def write(self):
        (self.folder / "temporary").mkdir(parents=True)
        shutil.copytree(TOP / "nginx/roster", self.folder / "roster")
        (self.folder / "roster.conf").write_text(self.text())
        user = "user www-data;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text((TOP / "Tests/security/nginx.conf.in").read_text().replace("@USER@", user))

    def text(self):
        """Each replacement must find what it replaces: a test of another site than the shipped one is worth nothing."""
        text = (TOP / "nginx/roster.conf").read_text()
        for pattern, replacement in [
            (r"listen 80;", f"listen 127.0.0.1:{self.port};"),
            (r"listen 443 ssl http2;", f"listen 127.0.0.1:{self.tls_port} ssl http2;"),
            (r" *listen \[::\]:(80|443 ssl http2);\n", ""),
            (r"unix:/run/roster/roster\.sock;", f"unix:{self.socket};"),
            (r"/etc/letsencrypt/live/users\.example\.com/fullchain\.pem", f"{self.state}/tls/localhost.crt"),
            (r"/etc/letsencrypt/live/users\.example\.com/privkey\.pem", f"{self.state}/tls/localhost.key"),
            (r"/var/log/nginx/", ""),
            (r"/usr/share/roster/docs;", f"{self.state}/docs;"),
        ]:
            text, count = re.subn(pattern, replacement, text)
            if not count:
                raise ValueError(f"nginx/roster.conf has no {pattern}")
        return text
