"""What requests are made of."""

import json
import string

from http_client import Request


JSON = "application/json"
USERS = "/users/"
BASE = (1, 2, 3)
CHUNK = 40

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def send(method, target, body=None, content_type=JSON, **more):
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    return Request(method, target, body, content_type if body is not None else None, **more)


def user(address, name="N"):
    return json.dumps({"email": address, "name": name}, ensure_ascii=False)


def id_of(answer):
    return json.loads(answer.body)["id"] if answer.status == 200 else None


def encoded(text, random=None):
    """Percent-encoded; with `random`, more than necessary here and there, in either case."""
    result = ""
    for byte in text.encode("utf-8", "surrogatepass"):
        plain = chr(byte) in string.ascii_letters + string.digits + "-._~+"
        if plain and not (random and random.random() < 0.1):
            result += chr(byte)
        else:
            result += ("%%%02x" if random and random.random() < 0.3 else "%%%02X") % byte
    return result


def latin(text):
    """One character per byte, as a request's target is kept."""
    return text.encode("utf-8").decode("latin-1")
