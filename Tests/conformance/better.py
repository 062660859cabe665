"""What the reference would answer if its types said what its columns can hold, if its JSON could carry every echo, and if it
kept them short.

Where the reference answers 500, Roster must answer 422 "in the same shape". This is that shape: the same models and
routes, with bounds, in this process. Its handlers only tell that the request was valid.
"""

import asyncio
import math
import os
import sys
import urllib.parse
from typing import Annotated

os.environ.setdefault("DATABASE_URL", "postgresql+asyncpg://nobody@/nothing")

from fastapi import FastAPI, HTTPException, Path, Query, Response  # noqa: E402
from fastapi.encoders import jsonable_encoder  # noqa: E402
from fastapi.exceptions import RequestValidationError  # noqa: E402
from pydantic import AfterValidator, BaseModel, BeforeValidator, EmailStr  # noqa: E402
from pydantic_core import PydanticKnownError  # noqa: E402

from excerpt import text_of, with_excerpts  # noqa: E402
from http_client import Answer  # noqa: E402


def unicode(value):
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise PydanticKnownError("string_unicode")
    return value


def without_null(text):
    if "\0" in text:
        raise ValueError("null characters are not allowed")
    return text


Text = Annotated[str, AfterValidator(without_null), BeforeValidator(unicode)]
Email = Annotated[EmailStr, BeforeValidator(unicode)]
Id = Annotated[int, Path(ge=-(2**31), le=2**31 - 1)]
Count = Annotated[int, Query(ge=0, le=2**63 - 1)]


class UserCreate(BaseModel):
    email: Email
    name: Text


class UserUpdate(BaseModel):
    email: Email = None
    name: Text = None


# Whatever nesting the reference could read can be printed.
sys.setrecursionlimit(20_000)

VALID = 299
app = FastAPI(openapi_url=None)


def valid():
    raise HTTPException(VALID)


@app.post("/users/")
async def create(user: UserCreate):
    valid()


@app.get("/users/")
async def read_all(skip: Count = 0, limit: Count = 100):
    valid()


@app.get("/users/{user_id}")
async def read(user_id: Id):
    valid()


@app.put("/users/{user_id}")
async def replace(user_id: Id, user: UserCreate):
    valid()


@app.patch("/users/{user_id}")
async def update(user_id: Id, user: UserUpdate):
    valid()


@app.delete("/users/{user_id}")
async def delete(user_id: Id):
    valid()


@app.exception_handler(RequestValidationError)
async def refuse(request, error):
    detail = jsonable_encoder(error.errors(), custom_encoder={bytes: lambda data: data.decode(errors="replace")})
    return Response(text_of({"detail": with_excerpts(printable(detail))}), 422, media_type="application/json")


def printable(value):
    """Half a surrogate pair becomes U+FFFD, what is no number null."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {printable(key): printable(item) for key, item in value.items()}
    return value


_loop = asyncio.new_event_loop()


def better_answer(request):
    """The answer, or one with the status `VALID`."""
    path, _, query = request.target.partition("?")
    headers = [] if request.host is None else [(b"host", request.host.encode("latin-1"))]
    if request.content_type is not None:
        headers.append((b"content-type", request.content_type.strip(" \t").encode("latin-1")))
    scope = {
        "type": "http", "http_version": "1.1", "method": request.method, "scheme": request.scheme, "headers": headers,
        "path": urllib.parse.unquote(path), "raw_path": path.encode("latin-1"),
        "query_string": query.split("#")[0].encode("latin-1"), "root_path": "", "server": None, "client": None,
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": request.body or b"", "more_body": False}

    async def send(message):
        sent.append(message)

    _loop.run_until_complete(app(scope, receive, send))
    fields = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"] if name == b"content-type"}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], fields, body, len(body))
