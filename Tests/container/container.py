"""The container image without an engine: unpacked, and started as it says, with nothing that it could write to and no privilege."""

import contextlib
import http.client
import json
import pathlib
import subprocess
import sys
import threading
import time

from faults.cluster import Cluster
from stack.machine import TOP, accepts, free_port, temporary_folder
from stack.nginx import Nginx
from stack.processes import children, fields_of
from stack.service import Stack, until, wait_for

NOBODY = 65532
SITE = """
    include roster/http.conf;
    map "" $roster_hsts {{ default ""; }}
    upstream roster {{ server 127.0.0.1:{roster}; include roster/upstream.conf; }}
    server {{ listen 127.0.0.1:{web}; root {pages}; include roster/server.conf; }}
"""


class Container:
    """Its first process, and how the image says that it is to be run."""

    def __init__(self, stack, image, settings):
        bundle = stack.folder / "bundle"
        subprocess.run(["umoci", "unpack", "--image", image, bundle], check=True)
        bundle.chmod(0o755)
        self.root = bundle / "rootfs"
        self.said = json.loads((bundle / "config.json").read_text(encoding="utf-8"))["process"]
        self.environment = dict(line.split("=", 1) for line in self.said["env"]) | settings
        self.port = int(settings["ROSTER_LISTEN"].rpartition(":")[2])
        start = ["unshare", "--mount", "--pid", "--fork", "--kill-child", TOP / "Tests/container/start", self.root,
                 self.said["user"]["uid"], *self.said["args"]]
        self.service = stack.start("container", start, environment=self.environment, ready=lambda: accepts(self.port))
        self.first, = children(self.service.process)

    def inside(self, *command, user=NOBODY, check=True):
        """As an engine starts a command in a container that runs."""
        enter = ["nsenter", f"--target={self.first}", "--mount", "--pid", "--root", "--wd=/", f"--setuid={user}", f"--setgid={user}"]
        return subprocess.run([*enter, *command], env=self.environment, capture_output=True, text=True, timeout=60, check=check)

    def workers(self):
        return children(self.first)

    def log(self):
        return (self.service.log).read_text(encoding="utf-8")


def ask(port, method, path, body=None):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = client.getresponse()
        return answer.status, answer.read()


def main(image):
    with temporary_folder("container") as folder, Stack(folder) as stack:
        cluster = Cluster(stack, settings={"fsync": "off", "listen_addresses": "127.0.0.1", "port": free_port()})
        cluster.sql("CREATE DATABASE roster", "postgres")
        roster, web = free_port(), free_port()
        container = Container(stack, image, {
            "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{cluster.port}/roster", "ROSTER_LISTEN": f"127.0.0.1:{roster}"})
        Nginx(stack, SITE.format(roster=roster, web=web, pages=container.root / "usr/share/roster/docs"),
              ready=lambda: accepts(web))
        for check in (serves, is_nobody, is_bare, is_healthy, buries, replaces, drains):
            check(container, cluster, web)
            print(f"ok      {check.__doc__}", flush=True)
    print("7 passed, 0 failed")


def serves(container, cluster, web):
    """the API and its pages, with the settings of the environment"""
    assert ask(web, "POST", "/users/", '{"email":"a@example.com","name":"A"}')[0] == 200
    assert ask(web, "GET", "/users/1")[0] == 200
    assert ask(web, "GET", "/docs")[0] == 200


def is_nobody(container, cluster, web):
    """as user 65532, as the first process, without a capability"""
    for process in (container.first, *container.workers()):
        status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
        assert status["Uid"].split() == status["Gid"].split() == [str(NOBODY)] * 4, status
        assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb")} == {0}, status
        assert status["NoNewPrivs"] == "1", status
    status = pathlib.Path(f"/proc/{container.first}/status").read_text()
    assert "\t1\n" in next(line + "\n" for line in status.splitlines() if line.startswith("NSpid")), status


def is_bare(container, cluster, web):
    """no shell, one program, and nothing that can be written"""
    programs = [path for folder in ("bin", "sbin", "usr/bin", "usr/sbin") for path in (container.root / folder).glob("*")]
    assert programs == [container.root / "usr/bin/roster"], programs
    mounts = [line.split() for line in pathlib.Path(f"/proc/{container.first}/mounts").read_text().splitlines()]
    writable = [mount for mount in mounts if mount[3].startswith("rw") and mount[1] not in ("/proc",) and not mount[1].startswith("/dev/")]
    assert not writable, writable
    assert not [line for line in container.log().splitlines() if " warning " in line or " error " in line], container.log()


def is_healthy(container, cluster, web):
    """HEALTHCHECK: healthy, not without the database, and again with it"""
    image = (TOP / "container/Dockerfile").read_text(encoding="utf-8")
    command = json.loads(next(line for line in image.splitlines() if line.startswith("HEALTHCHECK")).partition("CMD ")[2])

    def health():
        return container.inside(*command, check=False).returncode

    assert health() == 0
    cluster.stop()
    assert health() == 1
    cluster.start()
    wait_for(lambda: health() == 0)


def buries(container, cluster, web):
    """whoever has lost his parent is buried by the first process"""
    subprocess.run(["nsenter", f"--target={container.first}", "--pid", "sh", "-c", "sleep 0.3 & exit"], check=True)
    orphans = [process for process in container.workers() if "sleep" in pathlib.Path(f"/proc/{process}/comm").read_text()]
    assert len(orphans) == 1, "nobody was orphaned"
    wait_for(lambda: fields_of(pathlib.Path(f"/proc/{orphans[0]}/stat")) is None)
    assert len(container.workers()) == 2


def replaces(container, cluster, web):
    """SIGHUP replaces the workers, with nothing that can be written"""
    before = set(container.workers())
    subprocess.run(["kill", "-HUP", str(container.first)], check=True)
    wait_for(lambda: len(container.workers()) == 2 and not before & set(container.workers()))
    assert ask(web, "GET", "/users/1")[0] == 200


def drains(container, cluster, web):
    """SIGTERM: what has begun is answered, then it ends with 0"""
    answers = []
    with cluster.session("SELECT 1 FROM users WHERE id = 1 FOR UPDATE"):
        client = threading.Thread(target=lambda: answers.append(ask(web, "PATCH", "/users/1", '{"name":"B"}')))
        client.start()
        wait_for(lambda: cluster.waiters() > 0)
        subprocess.run(["kill", "-TERM", str(container.first)], check=True)
        time.sleep(0.2)  # long enough to end for one that does not wait
        assert container.service.child.poll() is None, "it ended while a write was in flight"
        cluster.end_transactions()
        client.join()
    assert until(lambda: container.service.child.poll() is not None, 20) is not None, "it does not end"
    assert container.service.child.returncode == 0, container.service.child.returncode
    assert answers[0][0] == 200, answers


main(*sys.argv[1:])
