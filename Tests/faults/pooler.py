"""PgBouncer between Roster and a cluster."""

import signal
import subprocess

from bench.stack import DATABASE_USER, accepts, as_user

from faults.cluster import PASSWORD, own_folder

PORT = 6432
SETTINGS = """
[databases]
roster = host={server}

[pgbouncer]
pool_mode = {mode}
listen_addr =
listen_port = {port}
unix_socket_dir = {home}
auth_type = trust
auth_file = {home}/users
admin_users = postgres
max_client_conn = 200
default_pool_size = 20
server_login_retry = 1
log_connections = 0
log_disconnections = 0
"""


class Pooler:
    """The default settings, but for those that say where things are and who may connect, and for the time after which it
    tries again to reach a server that it could not reach: fifteen seconds by default."""

    def __init__(self, stack, cluster, mode):
        self.cluster, self.mode = cluster, mode
        self.home = own_folder(stack.folder / "pgbouncer")
        (self.home / "users").write_text(f'"roster" "{PASSWORD}"\n"postgres" ""\n')
        settings = self.home / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(server=cluster.home, mode=mode, port=PORT, home=self.home))
        socket = self.home / f".s.PGSQL.{PORT}"
        self.service = stack.start(
            "pgbouncer", [*as_user(DATABASE_USER), "/usr/sbin/pgbouncer", settings], ready=lambda: accepts(socket),
            stop=signal.SIGTERM)

    @property
    def url(self):
        return f"postgresql://roster:{PASSWORD}@/roster?host={self.home}&port={PORT}"

    def command(self, words):
        return self.cluster.psql_command("pgbouncer", "-h", self.home, "-p", PORT, "-c", words)

    def order(self, *orders):
        """Gives orders at its console."""
        for words in orders:
            subprocess.run(self.command(words), check=True, capture_output=True)

    def begin(self, words):
        """Gives an order that may take as long as it likes."""
        return subprocess.Popen(self.command(words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
