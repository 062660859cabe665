"""An nginx in the foreground, in a folder of its own beside Roster's parts of its configuration."""

import shutil

from stack.machine import ROOT, TOP, WEB_USER

# What every configuration begins with, and what its block http does. The folder is nginx's prefix: names are relative.
MAIN = f"""
daemon off;
{f"user {WEB_USER};" if ROOT else ""}
pid nginx.pid;
error_log stderr error;
worker_processes auto;
worker_rlimit_nofile 16384;
"""
TEMPORARY = """
    client_body_temp_path body; fastcgi_temp_path fastcgi;
    proxy_temp_path proxy; scgi_temp_path scgi; uwsgi_temp_path uwsgi;
"""


class Nginx:
    """`http` is what stands in the block of that name, where `include roster/…` finds the parts that are shipped, and
    further `files` are found by their names. It is ready when it listens on `socket`, or when `ready` says so."""

    def __init__(self, stack, http, socket=None, ready=None, name="nginx", connections=4096, files=(), program="nginx"):
        self.home = stack.folder / name
        self.home.mkdir()
        shutil.copytree(TOP / "nginx/roster", self.home / "roster")
        (self.home / "nginx.conf").write_text(
            f"{MAIN}events {{ worker_connections {connections}; }}\nhttp {{{TEMPORARY}{http}}}\n", encoding="utf-8")
        for path, text in dict(files).items():
            (self.home / path).parent.mkdir(exist_ok=True)
            (self.home / path).write_text(text, encoding="utf-8")
        self.service = stack.start(
            f"{name}-process", [program, "-p", self.home, "-c", "nginx.conf", "-e", "stderr"],
            socket=socket, ready=ready)
