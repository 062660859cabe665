"""Certificates, and a Roster that goes by TLS to a PostgreSQL that wants one."""

import contextlib
import shutil
import subprocess

from stack.machine import DATABASE_USER, ROOT, WEB_USER, free_port, own_folder
from stack.service import Stack, until

from faults.cluster import Cluster
from faults.service import Service, folder_of

OWNERS = {"localhost": DATABASE_USER, "roster": WEB_USER}


@contextlib.contextmanager
def serving_by_tls(name):
    """A service whose database asks for certificates on both sides, and the folder `keys` with them."""
    with folder_of(name) as folder, Stack(folder) as stack:
        keys = own_folder(folder / "keys")
        for owner in OWNERS:
            certificate(keys, owner, authority(keys, "authority"))
        (keys / "ca.crt").write_text((keys / "authority.crt").read_text())
        port = free_port()
        cluster = Cluster(stack, settings={
            "ssl": "on", "ssl_ca_file": keys / "ca.crt", "ssl_cert_file": keys / "localhost.crt",
            "ssl_key_file": keys / "localhost.key", "listen_addresses": "localhost", "port": port})
        cluster.prepare()
        (cluster.data / "pg_hba.conf").write_text("local all all trust\nhostssl roster roster localhost cert\n")
        cluster.sql("SELECT pg_reload_conf()", "postgres")
        service = Service(stack, cluster, url=(
            f"postgresql://roster@localhost:{port}/roster?sslmode=verify-full&sslrootcert={keys}/ca.crt"
            f"&sslcert={keys}/roster.crt&sslkey={keys}/roster.key"))
        if until(service.is_complete, 30) is None:
            raise RuntimeError("Roster does not open all its connections")
        yield service, keys


def authority(folder, name):
    """An authority of this name, which is returned; made where it is not there yet."""
    if not (folder / f"{name}.crt").exists():
        openssl(folder, "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.crt")
    return name


def certificate(folder, name, signer):
    """A new key, readable by its owner only, and its certificate by that authority; each takes the place of one of before."""
    openssl(folder, "req", "-nodes", "-newkey", "rsa:2048", "-subj", f"/CN={name}", "-keyout", "new.key", "-out", "new.csr")
    openssl(folder, "x509", "-req", "-in", "new.csr", "-CA", f"{signer}.crt", "-CAkey", f"{signer}.key", "-CAcreateserial",
            "-days", "2", "-out", "new.crt")
    (folder / "new.key").chmod(0o600)
    if ROOT:
        shutil.chown(folder / "new.key", OWNERS[name])
    for kind in "key", "crt":
        (folder / f"new.{kind}").rename(folder / f"{name}.{kind}")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
