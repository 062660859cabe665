"""Others wait for a lock, take addresses that are taken; a backend is stopped; a worker is replaced under load."""

import random
import signal
import time

from stack.openloop import OpenLoop
from stack.service import until

from faults.cluster import USERS, send, stopped
from faults.isolation import IsolationRow, address, crowd, directly, isolated, readers
from faults.process_faults import link
from faults.service import open_files, serving
from faults.settings import ISOLATION

READY = 50  # ms: what /readyz and /livez may take


def row_locked(name, clients):
    """A psql that somebody has left open has locked a row; so many clients want to change it."""
    lock = "UPDATE users SET name = 'locked' WHERE id = 1"
    with isolated(name, f"{clients} clients change a locked row; 32 readers") as (row, service):
        def beside():
            with service.cluster.session(lock), directly(
                    service, "UPDATE users SET name = 'new' WHERE id = 1;\n", clients):
                return readers(service)
        before = beside()
        with service.cluster.session(lock), crowd(service, "/users/1", clients, method="PATCH",
                                                  body='{"name":"new"}') as changes, \
                OpenLoop(address(service), "/readyz", rate=20, seconds=ISOLATION, connections=4) as ready, \
                OpenLoop(address(service), "/livez", rate=20, seconds=ISOLATION, connections=4) as live:
            time.sleep(1)  # all of them wait
            through = readers(service, ISOLATION - 1)
            refused = changes.result()["statuses"]
            row.require(set(refused) == {"503"}, f"PATCH of the locked row: {refused}")
            for path, probe in (("/readyz", ready.result()), ("/livez", live.result())):
                row.require_success(path, probe)
                took = probe["latency"]["p99"]
                row.require(took <= READY, f"{path}: p99 {took:.0f} ms, promised: {READY}")
        row.require_within(until(lambda: service.cluster.waiters() == 0, 15), 15, "nobody waits any more")
        readers(service, 1)  # what was in a queue behind the lock is done
        row.require_isolation([before, beside()], through)
    return row


HONEST, TAKING = 48, 16
SHARE = 0.8  # of what they create beside as many more honest ones
CREATE = '{"email":"%s{number}@example.com","name":"New"}'
TAKEN = '{"email":"user1@example.com","name":"Taken"}'


def create(service, who, clients):
    return crowd(service, "/users/", clients, method="POST", body=CREATE % who)


def taken_addresses(name):
    """One client sends addresses that are taken, 16 at once; what is compared is 16 more honest clients."""
    with isolated(name, f"{HONEST} clients create, {TAKING} send taken addresses", before=lambda cluster: None) as (
            row, service):
        with create(service, "a", HONEST) as honest, create(service, "b", TAKING):
            beside = honest.result()["statuses"].get("200", 0)
        drawn = last_id(service)
        with create(service, "c", HONEST) as honest, \
                crowd(service, "/users/", TAKING, method="POST", body=TAKEN) as taking:
            result, refused = honest.result(), taking.result()["statuses"].get("400", 0)
        created = result["statuses"].get("200", 0)
        drawn = last_id(service) - drawn
        row.requests, row.failed = result["count"], 0
        row.note(f"created {created:,} beside {refused:,} taken ones; {beside:,} beside honest ones; {drawn:,} ids")
        row.require(created >= SHARE * beside,
                    f"{created / max(1, beside):.0%} of the creates beside honest ones, promised: {SHARE:.0%}")
        row.require(refused > ISOLATION * 100, f"only {refused:,} taken addresses came")
        # Requests that were on their way at the end are created without having been counted.
        wasted = drawn - created - HONEST
        row.require(wasted <= refused / 100, f"{wasted:,} ids are used up by {refused:,} taken addresses")
        strange = set(result["statuses"]) - {"200"}
        row.require(not strange, f"honest creates: {result['statuses']}")
    return row


def last_id(service):
    return int(service.cluster.sql("SELECT last_value FROM users_id_seq"))


GONE = 12  # seconds: longer than it takes to give a silent connection up
SENT_AGAIN = 5  # ms: what a read waits on a backend that is stopped, at least


def backend_stopped(name):
    """The backends that read most, one of each worker, are stopped by the kernel; what the readers are compared with is
    reading alone."""
    with isolated(name, "2 backends are stopped; 32 readers") as (row, service):
        before = readers(service)
        with OpenLoop(address(service), rate=1000, seconds=GONE):  # apart: to look fifty times is work beside them
            victims = busiest(service)
        with OpenLoop(address(service), rate=1000, seconds=GONE + 3) as load:
            time.sleep(1)
            with stopped(victims):
                time.sleep(GONE)
            through = load.result()
        row.require(through["latency"]["max"] >= SENT_AGAIN, "no read was on a backend that was stopped")
        row.require_isolation([before, readers(service)], through)
        row.require_within(until(service.is_complete, 5), 5, "all connections are there again")
    return row


def busiest(service):
    """The backend of each worker that has begun with most statements in a while: most lookups go to one."""
    seen = {}
    for _ in range(50):
        for backend in service.cluster.sql(
                "SELECT pid FROM pg_stat_activity WHERE datname = 'roster' AND usename = 'roster'"
                " ORDER BY query_start DESC NULLS LAST LIMIT 2", "postgres").split():
            seen[int(backend)] = seen.get(int(backend), 0) + 1
    return sorted(seen, key=seen.get, reverse=True)[:service.workers]


LOADED, IN_TIME, TOO_MUCH = 64, 5, 1.25


def connections(service):
    """Of nginx's with each worker: all that is not PostgreSQL's, or where it listens."""
    return {worker: sum("socket:" in link(file) for file in open_files(worker)) - service.pool - 1
            for worker in service.responders()}


def share(name):
    """A worker is killed under load: five seconds later every worker has its share of the connections again."""
    row = IsolationRow(name, f"{LOADED} clients, a worker is killed")
    with serving(name) as service:
        with crowd(service, "/users/{random}", LOADED, seconds=IN_TIME + 5, users=USERS) as load:
            time.sleep(2)
            before = sorted(connections(service).values())
            victim = random.choice(service.responders())
            send(victim, signal.SIGKILL)
            time.sleep(IN_TIME)
            found = connections(service)
            after = sorted(found.values())
            result = load.result()
        row.note(f"connections of the workers: {before} before, {after} after {IN_TIME} s; {result['statuses']}")
        row.requests = result["statuses"].get("200", 0)
        most = max(after) * service.workers / max(1, sum(after))
        row.require(len(after) == service.workers and victim not in found, "the worker was not replaced")
        row.require(most <= TOO_MUCH, f"a worker has {most:.2f} times its share, promised: {TOO_MUCH}")
        strange = set(result["statuses"]) - {"200", "502"}
        row.require(not strange, f"statuses: {result['statuses']}")
    return row


FAULTS = {"row-locked-24": lambda name: row_locked(name, 24), "row-locked-64": lambda name: row_locked(name, 64),
          "taken-addresses": taken_addresses, "backend-stopped": backend_stopped, "share": share}
