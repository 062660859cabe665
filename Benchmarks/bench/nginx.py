"""One nginx in front of all peers, a port for each."""

from bench import congestion
from bench.peers import PEERS
from stack import nginx
from stack.machine import TOP, free_port

HTTP = """
    access_log off;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    # What Roster's server.conf says for itself.
    keepalive_requests 10000;
    client_body_buffer_size 64k;
    server {{ listen unix:{folder}/nginx/ready; }}
{sites}
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
        self.ports = {name: free_port() for name in (*names, *instances)}
        sites = "".join(self.site(stack.folder, name, port) for name, port in self.ports.items())
        # Connections have it from the socket that accepts them, and wrk's from the moment they are opened.
        stack.exits.enter_context(congestion.cubic())
        self.service = nginx.Nginx(
            stack, HTTP.format(folder=stack.folder, sites=sites), socket=stack.folder / "nginx/ready",
            files={f"{name}/server.conf": passing_to(name) for name in self.ports if not is_other(name)}).service

    def site(self, folder, name, port):
        if not is_other(name):
            return SHIPPED.format(name=name, folder=folder, port=port)
        peer = PEERS[name]
        location = peer.location.format(name=name, script=folder / name / "scripts/index.php")
        return OTHER.format(name=name, folder=folder, port=port, location=location, upstream=peer.upstream)


def is_other(name):
    return name in PEERS and name != "roster"


def passing_to(name):
    """The server that is shipped, passing to another upstream."""
    text = (TOP / "nginx/roster/server.conf").read_text()
    return text.replace("fastcgi_pass roster;", f"fastcgi_pass {name};")
