"""PostgreSQL is there and refuses: no connection left, read-only, disk full, wrong password."""

import datetime
import re
import signal
import subprocess
import time

from stack.machine import ROOT, own_folder
from stack.postgres import FAST
from stack.service import until

from faults import ledger
from faults.cluster import PASSWORD, send, stopped
from faults.load import Load
from faults.service import serving
from faults.settings import CLIENTS, WRITES
from faults.table import Row, first_success

MIX = f"{CLIENTS} clients, 80 % writes"
AWAY = 8  # seconds


def refused(row, service, cause, fault):
    """Runs `fault`, a generator that yields while PostgreSQL refuses, under load; judges, and returns from when to when
    it refused."""
    with Load(service.port, CLIENTS) as load:
        load.wait_for_writes(WRITES / 2)
        steps = fault(service)
        next(steps)
        refusing = time.monotonic()
        time.sleep(AWAY)
        next(steps, None)
        back = time.monotonic()
        load.wait_for_success(back)
        load.wait_for_writes(WRITES)
    row.entries = load.entries
    row.require_answers(503, 504)
    row.require(any(entry.status == 503 for entry in row.entries), "nothing was refused")
    row.recovered(first_success([entry for entry in row.entries if entry.is_write], back), 1)
    lines = len(service.log_lines(cause))
    row.require(lines == 1, f"{lines:,} lines of the log say \"{cause}\", promised: 1 for each worker")
    row.broken += ledger.verdicts(row.entries, service.cluster)
    return refusing, back


def require_reads(row, refusing):
    """What needs no writing goes on."""
    reads = [entry for entry in row.failures() if not entry.is_write and entry.sent > refusing]
    row.require(not reads, f"{len(reads):,} reads failed")


def connection_limit(name):
    """Other programs take every connection that PostgreSQL allows."""
    row = Row(name, MIX)
    with serving(name, {"max_connections": 40}, workers=1) as service:
        cause = "remaining connection slots are reserved"
        judge_attempts(row, service.cluster, cause, *refused(row, service, cause, take_all_connections))
    return row


def take_all_connections(service):
    """Roster would connect again at once, so it is held still meanwhile."""
    cluster, hogs = service.cluster, []

    def take():
        while hog := cluster.hog():
            hogs.append(hog)
        return not cluster.backends()

    with stopped(service.responders()):
        for backend in cluster.backends():
            send(backend, signal.SIGTERM)
        if until(take, 10) is None:
            raise RuntimeError("Roster has connections left")
        take()
    yield
    for hog in hogs:
        hog.close()


def wrong_password(name):
    """The role gets another password, which Roster does not know, and the right one again."""
    row = Row(name, MIX)
    with serving(name, workers=1, before=ask_for_password) as service:
        cause = "password authentication failed"
        judge_attempts(row, service.cluster, cause, *refused(row, service, cause, change_password))
    return row


def ask_for_password(cluster):
    rules = cluster.data / "pg_hba.conf"
    rules.write_text("local all roster scram-sha-256\nlocal all all trust\n")
    cluster.sql("SELECT pg_reload_conf()")


def change_password(service):
    service.cluster.sql("ALTER ROLE roster PASSWORD 'wrong'")
    for backend in service.cluster.backends():
        send(backend, signal.SIGTERM)
    yield
    service.cluster.sql(f"ALTER ROLE roster PASSWORD '{PASSWORD}'")


def judge_attempts(row, cluster, cause, refusing, back):
    """From PostgreSQL's log: attempts to connect are seldom, and not in step."""
    clock = time.time() - time.monotonic()
    moments = [moment for moment in attempts(cluster.log, cause) if refusing + 1 < moment - clock < back]
    pauses = [later - earlier for earlier, later in zip(moments, moments[1:])]
    row.require(len(moments) <= 4 * AWAY, f"{len(moments)} attempts to connect in {AWAY} s")
    row.require(len(pauses) > 2 and max(pauses) - min(pauses) > 0.05, "attempts to connect come in step")


def attempts(log, cause):
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(rf"(\S+ \S+) UTC \[\d+\] FATAL:.*{cause}", line):
            yield datetime.datetime.fromisoformat(found[1] + "+00:00").timestamp()


def standby(name):
    """PostgreSQL comes back as a read-only standby, and is promoted later. Reads go on."""
    row = Row(name, MIX)
    with serving(name, workers=1) as service:
        refusing, _ = refused(row, service, "read-only transaction", become_standby)
        require_reads(row, refusing)
    return row


def become_standby(service):
    service.cluster.stop(FAST)
    (service.cluster.data / "standby.signal").touch()
    service.cluster.start()
    yield
    service.cluster.sql("SELECT pg_promote()")


def disk_full(name):
    """The file system of the tables fills up, and gets room again. Reads go on."""
    row = Row(name, MIX)
    if not ROOT:
        row.require(False, "only root can mount the small file system that this needs")
        return row
    with serving(name, workers=1, before=move_to_small_disk) as service:
        refusing, _ = refused(row, service, "No space left on device", fill_disk)
        require_reads(row, refusing)
    return row


SMALL = "small"


def move_to_small_disk(cluster):
    """A disk of its own for the tables; without one for its log PostgreSQL stops, which is another row's."""
    folder = own_folder(cluster.home / SMALL)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "roster-faults", folder], check=True)
    # At the end PostgreSQL is still there; the file system goes with its last file.
    cluster.at_end(lambda: subprocess.run(["umount", "--lazy", folder], check=True))
    own_folder(folder / "tables")
    cluster.sql(f"CREATE TABLESPACE small LOCATION '{folder / 'tables'}'", "postgres")
    cluster.sql("ALTER DATABASE roster SET TABLESPACE small", "postgres")


def fill_disk(service):
    ballast = service.cluster.home / SMALL / "ballast"
    with open(ballast, "wb") as file:
        try:
            while file.write(bytes(1 << 16)):
                file.flush()
        except OSError:
            pass  # it is full
    yield
    ballast.unlink()


FAULTS = {"connection-limit": connection_limit, "standby": standby, "disk-full": disk_full,
          "password": wrong_password}
