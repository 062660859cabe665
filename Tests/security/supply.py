"""What is fetched from elsewhere: a byte of it that was changed, and it is not installed."""

import subprocess
import zipfile

from stack.machine import TOP

REQUIREMENTS = TOP / "nginx/docs/requirements.txt"


def check(stack):
    folder = stack.folder / "wheel"
    folder.mkdir()
    pip("download", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", REQUIREMENTS, "-d", folder)
    (wheel,) = folder.glob("*.whl")
    if (done := install(folder, stack.folder / "genuine")).returncode:
        yield f"the wheel itself is refused: {done.stderr}"
    tamper(wheel)
    done = install(folder, stack.folder / "tampered")
    if done.returncode == 0 or "DO NOT MATCH THE HASHES" not in done.stderr:
        yield f"a wheel that was tampered with is installed: {done.stdout}{done.stderr}"
    if (stack.folder / "tampered").exists() and any((stack.folder / "tampered").iterdir()):
        yield "a wheel that was tampered with leaves files behind"


def tamper(wheel):
    """A script more, as whoever has the account of its author would; the archive is whole."""
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist/evil.js", "alert(1)")


def install(source, target):
    """As nginx/docs/assemble does, but from a folder instead of PyPI."""
    return pip(
        "install", "--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes", "-r", REQUIREMENTS,
        "--root-user-action=ignore", "--no-index", "--find-links", source, "--target", target, check=False)


def pip(*arguments, check=True):
    return subprocess.run(
        ["/usr/bin/python3", "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=check)
