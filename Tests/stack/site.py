"""What nginx is given by `make run`, in the working folder: a certificate, the pages, its configuration."""

import os
import pathlib
import shutil
import subprocess

from stack.machine import ROOT, TOP, WEB_USER, private
from stack.speech import Refused, refuse_with_log

PARTS = TOP / "nginx"


def prepare_certificate():
    """A new one where there is none, or one that ends tomorrow."""
    key, certificate = pathlib.Path("tls/localhost.key"), pathlib.Path("tls/localhost.crt")
    lasts = ["openssl", "x509", "-in", certificate, "-checkend", "86400", "-noout"]
    if key.is_file() and subprocess.run(lasts, capture_output=True, check=False).returncode == 0:
        return
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "365", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", key, "-out", certificate]
    done = subprocess.run(make, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, umask=0o077)
    if done.returncode != 0:
        with open("log/openssl.log", "wb", opener=private) as log:
            log.write(done.stdout)
        refuse_with_log("log/openssl.log", "openssl could not make a certificate.")
    certificate.chmod(0o644)


def prepare_pages(given, program):
    """A copy of the folder that is given, or of one that is made, with the program's own description."""
    pages = pathlib.Path(given or TOP / ".build/docs")
    if not given and subprocess.run([PARTS / "docs/assemble", pages], check=False, umask=0o022).returncode != 0:
        raise Refused  # it has said why
    if not os.access(pages / "docs.html", os.R_OK):
        raise Refused(f"DOCS_DIR={pages} has no docs.html. `make docs-pages` makes that folder.")
    shutil.rmtree("docs", ignore_errors=True)
    # A copy, because the clone may be closed to nginx's workers.
    shutil.copytree(pages, "docs", ignore=shutil.ignore_patterns("openapi.json.gz"))
    with open("docs/openapi.json", "wb") as output, open("log/openapi.log", "wb", opener=private) as errors:
        done = subprocess.run([program, "openapi"], stdout=output, stderr=errors, check=False)
    if done.returncode != 0:
        refuse_with_log("log/openapi.log", f"`{program} openapi` failed.")
    subprocess.run(["chmod", "-R", "a+rX", "docs"], check=True)


def prepare_nginx(port, tls_port):
    shutil.rmtree("nginx/roster", ignore_errors=True)
    shutil.copytree(PARTS / "roster", "nginx/roster")
    subprocess.run(["chmod", "-R", "go-rwx", "nginx/roster"], check=True)
    text = (PARTS / "local.conf.in").read_text()
    values = {"USER": f"user {WEB_USER};" if ROOT else "", "PORT": port, "TLS_PORT": tls_port}
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    pathlib.Path("nginx/nginx.conf").write_text(text)
