"""TLS to the database, with a man in the middle: what each sslmode lets him have."""

import concurrent.futures
import contextlib
import itertools
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading

from stack.machine import DATABASE_USER, ROOT, free_port
from stack.postgres import Cluster
from stack.service import Stack

PASSWORD = "S3cret"
SSL_REQUEST, GSS_REQUEST = struct.pack("!I", 80877103), struct.pack("!I", 80877104)
# Those in the middle, and the certificates that they have.
MEN = {"plain": None, "own certificate": "mallory", "another's name": "other"}
# Who stands in the middle, and whether he learns the password. A server that is asked for channel binding proves that it
# knows the password and has the key of the certificate, so nothing is given away in clear.
MODES = {
    "": {"plain": True, "own certificate": True, "another's name": True},
    "sslmode=require": {"plain": False, "own certificate": True, "another's name": True},
    "sslmode=require&channel_binding=require": {"plain": False, "own certificate": False, "another's name": False},
    "sslmode=verify-ca&sslrootcert={ca}": {"plain": False, "own certificate": False, "another's name": True},
    "sslmode=verify-full&sslrootcert={ca}": {"plain": False, "own certificate": False, "another's name": False},
}


def check(stack):
    folder = stack.folder / "tls"
    folder.mkdir(mode=0o755)
    certificates(folder)
    with database(folder) as port:
        for mode in MODES:
            done = roster(stack, "init-db", url(folder, port, mode))
            if done.returncode:
                yield f"{mode or 'default'}: the database itself is refused: {done.stderr}"
    # At once, because who is refused waits for five seconds before he gives up.
    with concurrent.futures.ThreadPoolExecutor(8) as executor:
        tries = itertools.product(MODES, MEN.items())
        for problems in executor.map(lambda one: list(tried(stack, folder, one[0], *one[1])), tries):
            yield from problems


def tried(stack, folder, mode, name, certificate):
    with ManInTheMiddle(certificate and folder / certificate) as man:
        done = roster(stack, "check", url(folder, man.port, mode))
    hears, where = MODES[mode][name], f"{mode or 'default'}, {name}"
    if (PASSWORD in man.heard) != hears:
        yield f"{where}: the man in the middle hears {man.heard}: {done.stderr}"
    if not hears and done.returncode != 69:
        yield f"{where}: the status is {done.returncode}: {done.stderr}"
    if PASSWORD in done.stderr + done.stdout:
        yield f"{where}: the password is in what is said: {done.stderr}"


def url(folder, port, mode):
    return f"postgresql://roster:{PASSWORD}@localhost:{port}/postgres?{mode.format(ca=folder / 'ca.crt')}"


def roster(stack, command, address):
    return subprocess.run(
        [stack.roster, command], env=os.environ | {"DATABASE_URL": address, "HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


class ManInTheMiddle:
    """Ends TLS with a certificate of his, if he has one, and asks for the password in clear, as the protocol allows."""

    def __init__(self, certificate):
        self.heard, self.certificate = [], certificate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                client.settimeout(10)
                with client, contextlib.suppress(OSError, EOFError):
                    self.talk(client)

    def talk(self, client):
        while (message := take(client, length(client)))[:4] in (SSL_REQUEST, GSS_REQUEST):
            accepts = message == SSL_REQUEST and self.certificate
            client.sendall(b"S" if accepts else b"N")
            if accepts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(f"{self.certificate}.crt", f"{self.certificate}.key")
                client = context.wrap_socket(client, server_side=True)
        self.heard.append(message[4:].replace(b"\0", b" ").decode().strip())
        client.sendall(struct.pack("!cII", b"R", 8, 3))
        if take(client, 1) == b"p":
            self.heard.append(take(client, length(client)).rstrip(b"\0").decode())


def length(client):
    return struct.unpack("!I", take(client, 4))[0] - 4


def take(client, count):
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


# --- The database, and who vouches for whom


@contextlib.contextmanager
def database(folder):
    """A PostgreSQL with a certificate for localhost and a password for roster; its port."""
    port, files = free_port(), {"ssl_cert_file": folder / "localhost.crt", "ssl_key_file": folder / "localhost.key"}
    for path in files.values() if ROOT else []:
        shutil.chown(path, DATABASE_USER, DATABASE_USER)
    with Stack(folder) as stack:
        cluster = Cluster(stack, settings={"ssl": "on", "listen_addresses": "localhost", "port": port, **files})
        (cluster.data / "pg_hba.conf").write_text(
            "local all all trust\nhostssl all roster localhost scram-sha-256\n", encoding="utf-8")
        cluster.start()
        cluster.psql("postgres", "-c", f"CREATE ROLE roster LOGIN PASSWORD '{PASSWORD}'",
                     "-c", "GRANT CREATE ON SCHEMA public TO roster")
        yield port


def certificates(folder):
    """An authority's for localhost and for another name, and one that nobody vouches for."""
    new = "req", "-nodes", "-newkey", "rsa:2048", "-days", "2"
    openssl(folder, *new, "-x509", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt")
    openssl(folder, *new, "-x509", "-subj", "/CN=localhost", "-keyout", "mallory.key", "-out", "mallory.crt")
    for name in ("localhost", "other"):
        openssl(folder, *new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-out", f"{name}.crt")
        (folder / f"{name}.key").chmod(0o600)


def openssl(folder, *arguments):
    run("openssl", *arguments, cwd=folder)


def run(*command, **options):
    subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, check=True, capture_output=True, **options)
