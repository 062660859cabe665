"""PgBouncer between a program and a cluster."""

import subprocess

from stack.machine import DATABASE_USER, own_folder

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
    """The default settings, but for those that say where things are and who may connect, and for the time after which
    it tries again to reach a server that it could not reach: fifteen seconds by default. `users` have these
    passwords."""

    def __init__(self, stack, cluster, mode, users):
        self.cluster = cluster
        self.home = own_folder(stack.folder / "pgbouncer")
        known = {**users, "postgres": ""}
        (self.home / "users").write_text("".join(f'"{name}" "{word}"\n' for name, word in known.items()))
        settings = self.home / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(server=cluster.home, mode=mode, port=PORT, home=self.home))
        socket = self.home / f".s.PGSQL.{PORT}"
        self.service = stack.start("pgbouncer", ["pgbouncer", settings], socket=socket, user=DATABASE_USER)

    def url(self, user="roster", database="roster"):
        return f"postgresql://{user}@/{database}?host={self.home}&port={PORT}"

    def command(self, words):
        return self.cluster.psql_command("pgbouncer", "-h", self.home, "-p", PORT, "-c", words)

    def order(self, *orders):
        """Gives orders at its console."""
        for words in orders:
            subprocess.run(self.command(words), check=True, capture_output=True)

    def begin(self, words):
        """Gives an order that may take as long as it likes."""
        return subprocess.Popen(self.command(words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
