"""The web servers: how each is started with a configuration of web-servers.md, and what is different behind it."""

import contextlib
import pathlib

from documented import blocks, filled_in
from place import Front
from stack.machine import ROOT, TOP, accepts
from stack.nginx import Nginx
from stack.service import Stack

BALANCER = frozenset({"balancer"})

# MARK: nginx

HTTP = """
    access_log off;
    include /etc/nginx/mime.types;
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    {http}
    upstream roster {{ server unix:/run/roster/roster.sock; include roster/upstream.conf; }}
    server {{
        listen 127.0.0.1:8080;
        {server}
    }}
"""


@contextlib.contextmanager
def nginx(place, server, http="", parameters=""):
    files = {"roster/fastcgi.conf": (TOP / "nginx/roster/fastcgi.conf").read_text() + parameters,
             **{name: pathlib.Path("/etc/nginx", name).read_text() for name in ("fastcgi_params", "uwsgi_params")}}
    if place.is_newer:  # it was built without that module
        files["roster/pages.conf"] = (TOP / "nginx/roster/pages.conf").read_text().replace("gzip_static", "# gzip_static")
    with Stack(place.folder) as stack:
        Nginx(stack, filled_in(HTTP.format(server=server, http=http), place.values), files=files,
              ready=lambda: accepts(place.port), program=place.program("nginx"))
        yield


@contextlib.contextmanager
def nginx_as_shipped(place):
    """With what web-servers.md says of prefixes, balancers and CORS."""
    balancer, parameters = blocks("A load balancer in front", "nginx")
    cors, = blocks("CORS", "nginx")
    prefix, = blocks("nginx below a prefix", "nginx")
    with nginx(place, f"root /usr/share/roster/docs; include roster/server.conf; {prefix}", balancer + cors, parameters):
        yield Front(place.port, ("", "/api", "/old"), frozenset({"balancer", "pages"}))


@contextlib.contextmanager
def nginx_stock(place):
    """Debian's fastcgi_params, with all that it sends, and a rewrite of which it says nothing."""
    location = "include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass roster;"
    rewritten = f"location /api/ {{ rewrite ^/api/(.*) /$1 break; {location} }}"
    split = (rf"location /split/ {{ {location} fastcgi_split_path_info ^(/split)(/.*)$;"
             " fastcgi_param PATH_INFO $fastcgi_path_info; }")
    with nginx(place, f"location / {{ {location} }} {rewritten} {split} client_max_body_size 2m;"):
        yield Front(place.port, ("", "/api", "/split"), frozenset({"no port"}))


@contextlib.contextmanager
def fcgiwrap(place):
    place.write("cgi-bin/roster", blocks("fcgiwrap", "sh")[0], 0o755)
    socket = place.folder / "fcgiwrap.socket"
    # One process: those of -c do not end with the first.
    child = place.running("fcgiwrap", "-f", "-s", f"unix:{socket}", ready=socket.exists)
    with child, nginx(place, blocks("fcgiwrap", "nginx")[0] + "client_max_body_size 2m;"):
        socket.chmod(0o666)
        yield Front(place.port, differences=frozenset({"no port"}), reloads=False)


@contextlib.contextmanager
def uwsgi_cgi(place):
    place.write("cgi-bin/roster", blocks("fcgiwrap", "sh")[0], 0o755)
    path = place.write("uwsgi.ini", blocks("uWSGI", "ini")[0])
    socket = place.folder / "uwsgi.sock"
    child = place.running("uwsgi-core", "--ini", path, ready=socket.exists)
    with child, nginx(place, blocks("uWSGI", "nginx")[0] + "client_max_body_size 2m;"):
        socket.chmod(0o666)
        yield Front(place.port, differences=frozenset({"no port", "302"}), reloads=False)


# MARK: Apache

APACHE = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:8080
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
{user}
{modules}
ScriptSock {folder}/cgid.sock
KeepAlive On
DocumentRoot {folder}
<VirtualHost *:8080>
{site}
</VirtualHost>
"""
MODULES = ("mpm_event", "authz_core", "alias", "env", "setenvif", "proxy", "proxy_fcgi", "cgid", "fcgid", "rewrite")


@contextlib.contextmanager
def apache(place, site):
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    if "Fcgid" in site:
        modules += f"\nFcgidIPCDir {place.folder}\nFcgidProcessTableFile {place.folder}/fcgid_shm"
    user = "User www-data\nGroup www-data" if ROOT else ""
    site += blocks("A load balancer in front", "apache")[0]
    place.write("apache.conf", APACHE.format(folder=place.folder, user=user, modules=modules, site=site))
    with place.running("apache2", "-DFOREGROUND", "-f", place.folder / "apache.conf"):
        yield


@contextlib.contextmanager
def apache_proxy(place, reuse=True):
    root, prefix = blocks("Apache, mod_proxy_fcgi", "apache")
    site = prefix.replace("ProxyFCGISetEnvIf \"true\"", "ProxyFCGISetEnvIf \"%{REQUEST_URI} =~ m#^/api/#\"") + root
    with apache(place, site if reuse else site.replace(" enablereuse=on", "")):
        yield Front(place.port, ("", "/api"), BALANCER, may_lose=2 if reuse else 0)


def apache_proxy_without_reuse(place):
    return apache_proxy(place, reuse=False)


@contextlib.contextmanager
def apache_fcgid(place):
    place.write("cgi-bin/roster.fcgi", blocks("Apache, mod_fcgid", "sh")[0], 0o755)
    with apache(place, blocks("Apache, mod_fcgid", "apache")[0]):
        yield Front(place.port, ("",), BALANCER, reloads=False)


@contextlib.contextmanager
def apache_cgi(place):
    place.write("cgi-bin/roster.fcgi", blocks("Apache, mod_fcgid", "sh")[0], 0o755)
    with apache(place, blocks("Apache, CGI", "apache")[0]):
        yield Front(place.port, ("/cgi-bin/roster", "/api"), BALANCER, reloads=False)


# MARK: Others

@contextlib.contextmanager
def lighttpd(place, fix=True, prefix=""):
    site = blocks("lighttpd", "lighttpd")[0].replace('"/" =>', f'"{prefix or "/"}" =>')
    if not fix:
        site = site.replace(', "fix-root-scriptname" => "enable"', "")
    base = f'server.port = 8080\nserver.bind = "127.0.0.1"\nserver.document-root = "{place.folder}"\n'
    base += f'server.modules = ( "mod_extforward", "mod_fastcgi" )\nserver.upload-dirs = ( "{place.folder}" )\n'
    path = place.write("lighttpd.conf", base + site + blocks("A load balancer in front", "lighttpd")[0])
    with place.running("lighttpd", "-D", "-f", path):
        yield Front(place.port, (prefix,), BALANCER if fix else BALANCER | {"first segment"})


def lighttpd_as_it_comes(place):
    """Without fix-root-scriptname it takes any path's first segment for SCRIPT_NAME."""
    return lighttpd(place, fix=False)


def lighttpd_prefix(place):
    return lighttpd(place, prefix="/api")


@contextlib.contextmanager
def caddy(place):
    site, buffers = blocks("Caddy", "caddy")
    site = "{\n\tadmin off\n\tauto_https off\n}\n" + site.replace(":8080", "http://:8080")
    if place.is_newer:
        site = site.replace("transport fastcgi", buffers + "transport fastcgi")
    path = place.write("Caddyfile", site)
    with place.running(place.program("caddy"), "run", "--adapter", "caddyfile", "--config", path):
        yield Front(place.port, ("", "/api"))


@contextlib.contextmanager
def haproxy(place):
    base = "global\n    stats timeout 1m\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    timeout server 60s\n"
    path = place.write("haproxy.cfg", base + blocks("HAProxy", "haproxy")[0].replace(":8080", "127.0.0.1:8080"))
    with place.running(place.program("haproxy"), "-db", "-f", path):
        yield Front(place.port, ("", "/api"), BALANCER | {"long chunks"})


@contextlib.contextmanager
def h2o(place):
    site = blocks("h2o", "yaml")[0].replace("listen: 8080", "listen: { port: 8080, host: 127.0.0.1 }")
    user = "user: www-data\n" if ROOT else ""
    path = place.write("h2o.conf", f"pid-file: {place.folder}/pid\n{user}" + site)
    with place.running("h2o", "-m", "worker", "-c", path):
        yield Front(place.port, ("", "/api"), frozenset({"no absolute form below a prefix"}))


def newer(front):
    """The same configuration in a newer program."""
    def start(place):
        place.is_newer = True
        return front(place)
    return start


FRONTS = {
    "nginx": nginx_as_shipped, "nginx-stock": nginx_stock, "fcgiwrap": fcgiwrap, "uwsgi-cgi": uwsgi_cgi,
    "apache-proxy": apache_proxy, "apache-no-reuse": apache_proxy_without_reuse, "apache-fcgid": apache_fcgid,
    "apache-cgi": apache_cgi, "lighttpd": lighttpd, "lighttpd-as-it-comes": lighttpd_as_it_comes,
    "lighttpd-prefix": lighttpd_prefix, "caddy": caddy, "haproxy": haproxy, "h2o": h2o,
    "nginx-newer": newer(nginx_as_shipped), "caddy-newer": newer(caddy), "haproxy-newer": newer(haproxy),
}
