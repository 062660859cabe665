"""A PostgreSQL cluster that lasts, without passwords and without a network: the kernel says who connects."""

import os
import shutil
import signal
import subprocess
import urllib.parse

from stack import postgres
from stack.home import owner
from stack.machine import DATABASE_USER, ME, ROOT, WEB_USER, as_user, private
from stack.service import prepared
from stack.speech import Refused, refuse_with_log, say

ROLE = b"CREATE ROLE roster LOGIN\nCREATE DATABASE roster OWNER roster\n"
WRITTEN = "# Written by nginx/run at each start.\n"


class PrivateCluster:
    """In a home's folder `postgres`; made there if there is none."""

    def __init__(self, home):
        self.home, self.data = home.path / "postgres", home.path / "postgres/data"
        if os.path.lexists(self.data):
            self.programs = self.made_with()
        else:
            self.programs = postgres.programs()
            if not self.programs:
                raise Refused("PostgreSQL is not installed (looked for /usr/lib/postgresql/*/bin/postgres).",
                              "`make packages` installs what is missing.")
            self.make(home.path / "log/initdb.log")
        self.write_access_rules()

    def made_with(self):
        if owner(self.data) != DATABASE_USER:
            raise Refused(f"the cluster in {self.data} belongs to user {owner(self.data)}, and this run would start it"
                          f" as {DATABASE_USER}.", "Run as before, or start afresh elsewhere: make run STATE_DIR=...")
        version = self.run("cat", "--", self.data / "PG_VERSION", stdout=subprocess.PIPE).stdout.decode().strip()
        programs = postgres.programs(version)
        if not programs:
            raise Refused(
                f"the cluster in {self.data} is PostgreSQL {version}, which is not installed.",
                f"Install postgresql-{version}, or start afresh elsewhere: make run STATE_DIR=...")
        return programs

    def make(self, log):
        """Under another name first, so that an interrupted run leaves no half of a cluster."""
        new = self.home / "new"
        say("note", f"creating a PostgreSQL cluster in {self.data}")
        if ROOT:
            shutil.chown(self.home, DATABASE_USER, as_user(DATABASE_USER)["group"])
        self.run("rm", "-rf", "--", new)
        with open(log, "wb", opener=private) as output:
            try:
                self.run(self.programs / "initdb", f"--pgdata={new}", "--username=postgres", "--encoding=UTF8",
                         "--locale=C.UTF-8", "--auth=peer", stdout=output, stderr=output)
                self.run(self.programs / "postgres", "--single", "-D", new, "postgres", input=ROLE, stdout=output,
                         stderr=output)
            except subprocess.CalledProcessError:
                refuse_with_log(log, "the cluster could not be created.")
        self.run("mv", "--", new, self.data)

    def write_access_rules(self):
        """Those who need it may be role roster, which owns the database and nothing else; the cluster's own user may
        also be its superuser."""
        users = {DATABASE_USER, WEB_USER, ME, os.environ.get("SUDO_USER") or "root"}
        names = "".join(f'roster "{user}" roster\n' for user in sorted(users))
        self.write("pg_ident.conf", f'{WRITTEN}roster "{DATABASE_USER}" postgres\n{names}')
        self.write("pg_hba.conf", f"{WRITTEN}local all all peer map=roster\n")

    def write(self, name, text):
        """Not by root, who would follow a link that the database's user put there."""
        self.run("tee", "--", self.data / name, input=text.encode(), stdout=subprocess.DEVNULL)

    def run(self, *command, **options):
        """As the database's user, and not longer than this program."""
        return subprocess.run(command, check=True, preexec_fn=prepared(DATABASE_USER, signal.SIGKILL), **options)

    @property
    def url(self):
        return f"postgresql://roster@/roster?host={urllib.parse.quote(os.fsencode(self.home))}"

    def command(self, connections):
        # The socket's folder is relative to the data's, because this setting is a list in which a comma or a quote
        # would mean something.
        settings = {"listen_addresses": "", "unix_socket_directories": "..", "port": 5432,
                    "max_connections": connections, "logging_collector": "off", "log_destination": "stderr"}
        return [self.programs / "postgres", "-D", self.data,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))]
