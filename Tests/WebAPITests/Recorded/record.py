"""Asks application.py about every request of inputs.py and writes its answers to cases.jsonl.

    python record.py        needs the requirements of the reference

A line is an array: method, target, header, body or null, status, answer. The last line is the description, of method "".
"""

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import unquote

# The compiler's cache would be a file of the test target that SwiftPM doesn't know.
sys.dont_write_bytecode = True

from application import app  # noqa: E402
from inputs import requests  # noqa: E402


async def ask(method, target, header, body):
    path, _, query = target.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    headers = [(name.encode(), value.encode("latin-1")) for name, value in header.items()]
    if body is not None:
        headers.append((b"content-type", b"application/json"))
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(path),
             "raw_path": path.encode(), "query_string": query.encode(), "headers": headers, "root_path": "", "server": ("h", 80), "client": None}
    sent = []

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    status = next(message["status"] for message in sent if message["type"] == "http.response.start")
    answer = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return content.decode() if body is not None else None, status, answer.decode()


async def main():
    lines = []
    for method, target, header, body in requests():
        try:
            content, status, answer = await ask(method, target, header, body)
        except Exception as error:  # noqa: BLE001
            # Python's JSON has infinities and NaN, which its answers have not: what repeats one is a 500 there.
            print(f"{method} {target} {body}: {error!r}"[:200], file=sys.stderr)
            continue
        lines.append([method, target, header, content, status, answer])
    lines.append(["", "", {}, None, 200, json.dumps(app.openapi())])
    text = "".join(json.dumps(line) + "\n" for line in lines)
    Path(__file__).with_name("cases.jsonl").write_text(text)
    print(f"{len(lines)} cases")


asyncio.run(main())
