"""A primary and a synchronous standby, both named in DATABASE_URL."""

import signal
import time

from stack import processes
from stack.service import Stack, until

from faults import ledger
from faults.cluster import PASSWORD, Cluster, send
from faults.load import Load
from faults.service import Service, folder_of
from faults.settings import CLIENTS, WRITES
from faults.table import Row, first_success

SWITCHED = 2  # seconds


def failover(name):
    """The primary is killed, and the standby promoted at once."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with folder_of(name) as folder, Stack(folder) as stack:
        primary, standby = replicated(stack)
        service = Service(stack, primary, url=(
            f"postgresql://roster:{PASSWORD}@/roster?host={primary.home},{standby.home}&target_session_attrs=primary"))
        if until(service.is_complete, 30) is None:
            raise RuntimeError("Roster does not open all its connections")
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES / 2)
            for process in processes.trees([primary.service.process])[0]:
                send(process, signal.SIGKILL)
            lost = time.monotonic()  # what is sent from now on, the primary cannot have acknowledged
            standby.sql("SELECT pg_promote()", "postgres")
            load.wait_for_success(lost + SWITCHED)
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        row.require_answers(503, 504)
        row.recovered(first_success([entry for entry in row.entries if entry.is_write and entry.sent > lost], lost),
                      SWITCHED)
        row.broken += ledger.verdicts(row.entries, standby)
    return row


def replicated(stack):
    """Nothing is acknowledged before the standby has it."""
    primary = Cluster(stack)
    primary.prepare()
    standby = Cluster(stack, "standby", copy_of=primary)
    # Only now, or the tables would have waited for a standby.
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'", "postgres")
    primary.sql("SELECT pg_reload_conf()", "postgres")
    if until(lambda: primary.sql("SELECT sync_state FROM pg_stat_replication", "postgres") == "sync", 30) is None:
        raise RuntimeError("the standby does not follow")
    return primary, standby


RENAMED = 3  # seconds


def behind_one_name(name):
    """The name leads to another server, and the one that it led to goes on, read-only."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with folder_of(name) as folder, Stack(folder) as stack:
        primary, standby = replicated(stack)
        link = folder / "database"
        link.symlink_to(primary.home)
        service = Service(stack, primary, url=f"postgresql://roster:{PASSWORD}@/roster?host={link}")
        if until(service.is_complete, 30) is None:
            raise RuntimeError("Roster does not open all its connections")
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES / 2)
            primary.sql("ALTER SYSTEM SET default_transaction_read_only = on", "postgres")
            primary.sql("SELECT pg_reload_conf()", "postgres")
            time.sleep(1)  # nothing that the standby lacks is under way any more
            standby.sql("SELECT pg_promote()", "postgres")
            link.with_name("new").symlink_to(standby.home)
            link.with_name("new").rename(link)
            turned = time.monotonic()
            load.wait_for_success(turned + RENAMED)
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        row.require_answers(503, 504)
        reads = [entry for entry in row.failures() if not entry.is_write]
        row.require(not reads, f"{len(reads):,} reads failed")
        row.recovered(first_success([entry for entry in row.entries if entry.is_write and entry.sent > turned], turned),
                      RENAMED)
        late = [entry for entry in row.failures() if entry.is_write and entry.sent > turned + RENAMED]
        row.require(not late, f"{len(late):,} writes failed later than {RENAMED} s after the name had been turned")
        row.broken += ledger.verdicts(row.entries, standby)
    return row


FAULTS = {"failover": failover, "failover-name": behind_one_name}
