"""What nginx hands on of a client's fields: those that fastcgi.conf names, whatever else is sent (httpoxy)."""

import contextlib
import re
import socket
import struct
import threading

from stack.machine import TOP
from wire import Connection, request

FIELDS = {
    "Proxy": "http://evil.example", "X_Forwarded_For": "192.0.2.1", "X_Forwarded_Proto": "http",
    "X_Forwarded_Host": "evil.example", "X_Original_URL": "/readyz", "X_Rewrite_URL": "/readyz",
    "X_HTTP_Method_Override": "DELETE", "Forwarded": "for=192.0.2.1", "Cookie": "a=b", "X_Accel_Redirect": "/docs",
    "Script_Name": "/x", "Path_Info": "/x", "Remote_User": "root", "Https": "off", "Authorization": "Bearer x"}


def check(stack):
    address = stack.folder / "parameters.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(address))
        address.chmod(0o666)
        listener.listen()
        found = {}
        thread = threading.Thread(target=listen, args=(listener, found), daemon=True)
        thread.start()
        with stack.site(address).started() as site, Connection(site) as connection:
            connection.send(request("POST", "/users/?a=b", b"{}", **FIELDS))
            thread.join(20)
    text = (TOP / "nginx/roster/fastcgi.conf").read_text(encoding="utf-8")
    named = re.findall(r"^fastcgi_param (\S+)", text, re.MULTILINE)
    if more := set(found) - set(named):
        yield f"nginx hands on {sorted(more)}"
    expected = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/users/?a=b", "HTTP_AUTHORIZATION": "Bearer x"}
    for name, value in expected.items():
        if found.get(name) != value:
            yield f"{name} is {found.get(name)}"
    if "SCRIPT_NAME" in found:
        yield f"a client sets SCRIPT_NAME to {found['SCRIPT_NAME']}"


def listen(listener, found):
    """The parameters of the first request."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        text = b""
        while True:
            _, kind, _, length, padding, _ = struct.unpack("!BBHHBB", stream.read(8))
            content = stream.read(length + padding)[:length]
            text += content if kind == 4 else b""
            if kind == 4 and not content:
                break
    while text:
        (name, value), text = lengths(text)
        found[text[:name].decode()] = text[name:name + value].decode("latin-1")
        text = text[name + value:]


def lengths(text):
    """Two lengths, of one byte or four (FastCGI specification, section 3.4), and the rest."""
    found = []
    for _ in range(2):
        size = 4 if text[0] & 0x80 else 1
        found.append(int.from_bytes(text[:size], "big") & (1 << 31) - 1)
        text = text[size:]
    return found, text
