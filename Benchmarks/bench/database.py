"""PostgreSQL: a cluster of its own with users in it, the same before every measurement."""

import re
import subprocess

from bench import huge_pages
from bench.settings import USERS
from stack import postgres, processes
from stack.machine import DATABASE_USER, TOP, as_user

SETTINGS = {
    "max_connections": 800,
    "shared_buffers": "2GB",  # all tables fit, the one of ten million rows included
    # What is written in the background is written between the measurements.
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "16GB",
    # Debian's and PostgreSQL's defaults, named because they matter.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}

BUSY = re.compile(r"\[local\] (?!idle)")

# One second and a microsecond apart: fractions of every length, and none in each millionth row.
FILL = """
    INSERT INTO users (email, name, created_at)
    SELECT 'user' || n || '@example.com', 'User ' || n, timestamptz '2026-01-01Z' + n * interval '1.000001 s'
    FROM generate_series(1, {users}) n"""


class Database(postgres.Cluster):
    def __init__(self, stack):
        super().__init__(stack, settings=SETTINGS)
        stack.exits.enter_context(huge_pages.reserved(self.huge_page_count()))
        self.start()
        self.sql("CREATE ROLE roster LOGIN", "postgres")
        self.touched = False  # whether requests may have written since the last `restore`

    def huge_page_count(self):
        """How many of them its shared memory takes; 0 where it does not say so, before PostgreSQL 15."""
        told = subprocess.run([*self.command, "-C", "shared_memory_size_in_huge_pages"], capture_output=True, text=True,
                              check=False, **as_user(DATABASE_USER)).stdout
        return int(told) if told.strip().isdecimal() else 0

    @property
    def pages(self):
        """What its shared memory is made of."""
        return "huge pages" if huge_pages.is_used(self.service.process) else "small pages"

    def url(self, name="bench"):
        return super().url(name)

    def sql(self, statement, database="bench"):
        return super().sql(statement, database)

    def fill(self, users=USERS, name="bench"):
        """A database with the program's own table. The indexes come last: that is faster, and leaves them dense."""
        self.sql(f"CREATE DATABASE {name} OWNER roster", "postgres")
        self.sql("ALTER SCHEMA public OWNER TO roster", name)
        schema = (TOP / "schema.sql").read_text()
        index = schema[schema.index("CREATE UNIQUE INDEX"):]
        self.psql(name, "-c", "SET ROLE roster", "-c", schema, "-c", "ALTER TABLE users DROP CONSTRAINT users_pkey",
                  "-c", "DROP INDEX ix_users_email", "-c", FILL.format(users=users),
                  "-c", "ALTER TABLE users ADD PRIMARY KEY (id)", "-c", index)
        self.sql("VACUUM (ANALYZE) users", name)
        self.sql("CREATE EXTENSION pg_prewarm", name)
        self.sql("SELECT pg_prewarm(oid) FROM pg_class WHERE relname IN ('users', 'users_pkey', 'ix_users_email')", name)
        self.sql("CHECKPOINT", name)

    def restore(self):
        """Takes away what requests left: new rows, dead ones, pages that are not on the disk."""
        if not self.touched:
            return
        self.sql(f"DELETE FROM users WHERE id > {USERS}")
        self.sql("VACUUM (INDEX_CLEANUP ON) users")
        self.sql("CHECKPOINT")
        self.touched = False

    def is_idle(self):
        """Whether no client waits for an answer. PostgreSQL's processes say so in their titles, which costs it nothing."""
        return not any(BUSY.search(title) for title in processes.titles(self.service.process))
