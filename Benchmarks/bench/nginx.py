"""One nginx in front of all peers, a port for each."""

import shutil

from bench import congestion
from bench.peers import PEERS
from bench.stack import ROOT, TOP, WEB_USER, free_port

CONFIGURATION = """
daemon off;
{user}
pid nginx.pid;
error_log stderr error;
worker_processes auto;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path body; fastcgi_temp_path fastcgi; proxy_temp_path proxy; scgi_temp_path scgi; uwsgi_temp_path uwsgi;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    # What Roster's server.conf says for itself.
    keepalive_requests 10000;
    client_body_buffer_size 64k;
    server {{ listen unix:{folder}/nginx/ready; }}
{sites}
}}
"""

OTHER = """
    upstream {name} {{ server unix:{folder}/{name}/socket; {upstream} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{{location}
        }}
    }}
"""

# Roster's as it is shipped, but for the upstream's name.
SHIPPED = """
    upstream {name} {{ server unix:{folder}/{name}/socket; include roster/upstream.conf; }}
    server {{ listen 127.0.0.1:{port}; root {folder}; include {name}/server.conf; }}
"""


class Nginx:
    """`ports` has the port of each peer, and of each further Roster in `instances`."""

    def __init__(self, stack, names, instances=()):
        self.home = stack.folder / "nginx"
        self.home.mkdir()
        self.ports = {name: free_port() for name in (*names, *instances)}
        shutil.copytree(TOP / "nginx/roster", self.home / "roster")
        sites = "".join(self.site(stack.folder, name, port) for name, port in self.ports.items())
        (self.home / "nginx.conf").write_text(CONFIGURATION.format(
            user=f"user {WEB_USER};" if ROOT else "", folder=stack.folder, sites=sites))
        # Connections have it from the socket that accepts them, and wrk's from the moment they are opened.
        stack.exits.enter_context(congestion.cubic())
        self.service = stack.start(
            "nginx-process", ["nginx", "-p", self.home, "-c", self.home / "nginx.conf", "-e", "stderr"],
            self.home / "ready")

    def site(self, folder, name, port):
        if name in PEERS and name != "roster":
            peer = PEERS[name]
            location = peer.location.format(name=name, script=folder / name / "scripts/index.php")
            return OTHER.format(name=name, folder=folder, port=port, location=location, upstream=peer.upstream)
        if name != "roster":
            self.shipped_parts(name)
        return SHIPPED.format(name=name, folder=folder, port=port)

    def shipped_parts(self, name):
        """Another copy, whose server passes to another upstream."""
        copy = self.home / name
        copy.mkdir()
        text = (self.home / "roster/server.conf").read_text()
        (copy / "server.conf").write_text(text.replace("fastcgi_pass roster;", f"fastcgi_pass {name};"))
