"""Asks a FastAPI application about every request of `requests` and writes its answers to cases.jsonl.

    python record.py        needs the requirements of the reference

A line is an array: method, target, header, body or null, status, answer. The last line is the description, of method "". The
same application in Swift is RecordedInputs.swift.
"""

import asyncio
import json
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path as File
from typing import Annotated, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Path, Query
from pydantic import AwareDatetime, BaseModel, Field, FiniteFloat

# The compiler's cache would be a file of the test target that SwiftPM doesn't know.
sys.dont_write_bytecode = True

Integer = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Money = Annotated[Decimal, Field(max_digits=5, decimal_places=2, ge=0, le=Decimal("500.5"))]
Ratio = Annotated[FiniteFloat, Field(ge=0, le=0.5)]
Day = Annotated[date, Field(ge=date(2020, 1, 1), le=date(2030, 12, 31))]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=timezone.utc))]


class Kind(str, Enum):
    open = "open"
    closed = "closed"
    other = "it's"


T = TypeVar("T")


class Answer(BaseModel, Generic[T]):
    value: T


class Item(BaseModel):
    kind: Kind
    day: date
    moment: AwareDatetime
    id: UUID
    price: Decimal
    ratio: FiniteFloat
    flag: bool


class Bounded(BaseModel):
    day: Day = None
    moment: Moment = None
    price: Money = None
    ratio: Ratio = None


class Change(BaseModel):
    title: str = None
    description: str | None = None


class Text(BaseModel):
    value: str


def text(*parts):
    """In words that Swift has too."""
    def one(part):
        match part:
            case None: return "-"
            case bool(): return str(part).lower()
            case list(): return ",".join(map(one, part))
            case Enum(): return part.value
            case datetime(): return part.isoformat().replace("+00:00", "Z")
            case _: return str(part)
    return {"value": " ".join(map(one, parts))}


app = FastAPI()

SCALARS = {
    "kind": Kind, "day": date, "moment": AwareDatetime, "uuid": UUID, "decimal": Decimal, "number": FiniteFloat,
    "flag": bool,
}
for name, type_ in SCALARS.items():
    def echo(value):
        return {"value": value}

    echo.__annotations__ = {"value": type_}
    echo.__name__ = f"echo_{name}"
    app.get(f"/{name}/{{value}}", response_model=Answer[type_])(echo)


@app.get("/query", response_model=Text)
async def read_query(
    kind: Kind | None = None,
    sort: Kind = Kind.open,
    id: Annotated[list[Integer], Query(max_length=2)] = [],
    tag: Annotated[list[str] | None, Query()] = None,
    name: Annotated[str | None, Query(min_length=2, max_length=3)] = None,
    day: Day | None = None,
    moment: Moment | None = None,
    price: Money | None = None,
    ratio: Ratio = 0.25,
):
    return text(kind, sort, id, tag, name, day, moment, price, ratio)


@app.get("/required", response_model=Text)
async def read_required(kind: Kind, id: Annotated[list[Kind], Query(min_length=2)], flag: bool | None = None):
    return text(kind, id, flag)


@app.get("/header", response_model=Text)
async def read_header(
    x_tenant: Annotated[str, Header(max_length=5)],
    x_kind: Annotated[Kind | None, Header()] = None,
    x_count: Annotated[Integer, Header(alias="X-Count")] = 7,
):
    return text(x_tenant, x_kind, x_count)


def tenant(x_tenant: Annotated[Integer, Header()], q: Integer):
    return x_tenant + q


@app.put("/order/{id}", response_model=Text)
async def read_order(
    item: Change, x_number: Annotated[Integer, Header()], q: Integer, id: Annotated[Integer, Path()]
):
    return text(id, q, x_number, item.title)


@app.get("/dependency/{id}", response_model=Text)
async def read_dependency(q: Integer, id: Integer, t: Annotated[int, Depends(tenant)]):
    return text(id, q, t)


@app.post("/items", response_model=Item)
async def create_item(item: Item):
    return item


@app.post("/bounded", response_model=Text)
async def create_bounded(item: Bounded):
    return text("taken")


@app.patch("/change", response_model=Text)
async def change(item: Change):
    sent = item.model_dump(exclude_unset=True)
    return text(sent.get("title", "absent"), sent.get("description", "absent"))


D, T_ = "2026-11-22", "2026-11-22T01:02:03"
NUMBERS = [
    "0", "-1", "+5", "86400", "1700000000", "1700000000.5", "1700000000000", "20000000000", "20000000001", "5.", ".5", "-1.5",
    "1.0e3", "2e10", "253402300800000", "-62135596800000", "-62135596800001", "-62167219200001", "99999999999999999999", "1_000",
]
MOMENTS = NUMBERS + ["", "x", D, f"{D} ", f" {D}", f"{D}x", "2026/11/22", "2026-1-2", "2026-13-01", "2026-02-30", "0000-01-01",
    "0000-01-01T00:00:00Z", "0001-01-01", "9999-12-31", "10000-01-01", "2024-02-29", "2100-02-29", "２０２６-11-22", "202a-01-01",
    "2026-0a-01", "2026-01-0a"] + [D + rest for rest in [
    "T", "T0", "T00:0", "T00:00", "T00:00Z", "T00:00:00", "T00:00:00Z", "t00:00:00z", "_00:00:00Z", " 00:00:00Z", "T24:00", "T00:60",
    "T00:00:60", "Tx0:00", "T00x00", "T00:x0", "T00:00x00", "T00:00:x0", "T00:00:00x", "T00:00:00.", "T00:00:00,5Z", "T00:00:00.x",
    "T00:00:00.0000001", "T00:00:00.1234567Z", "T00:00:00Zx", "T00:00:00+", "T00:00:00+00", "T00:00:00+01:30", "T00:00:00-0130",
    "T00:00:00+24:00", "T00:00:00+23:60", "T00:00:00\u221200:30", "T00:00:00-12:34:56", "T24:xx", "T01:02:03 Z", "Z"]] + [
    f"{T_}Z", f"{T_}.5Z", f"{T_}+01:00", "9999-12-31T23:59:59.999999Z"]
MOMENTS += ["0000-01-01T00:00:00", "0000-12-31T12:00", "0000-12-31T23:00:00-02:00", "0000-01-01T", "0000-01-01x", "0000-02-30", "-62135683200000",
    "-62135683200.5", "1.9999996", "-0.0000005"]
UUIDS = ["", "x", "é", "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
    "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
    "ABCDEFAB-1234-5678-1234-567812345678", "12345678-1234-5678-1234-56781234567", "12345678-1234-5678-1234-5678123456789",
    "12345678-1234-5678-1234-56781234567g", "12345678-1234-5678-12345-67812345678", "{12345678123456781234567812345678}",
    "URN:UUID:12345678-1234-5678-1234-567812345678", "{12345678-1234-5678-1234-567812345678", "1-2-3-4-5", "----", "-----",
    "12345678_1234_5678_1234_567812345678", "1234567812345678123456781234567", "123456781234567812345678123456789", "{}", "{", "}",
    "urn:uuid:", "{1-2-3-4-5}", "urn:uuid:12345678-1234-5678-1234-5678123456789", "1234567812345678123456781234567é",
    "{12345678-1234-5678-1234-5678123456789}", "12345678-1234-5678-1234-5678123456-8"]
UUIDS += ["{1234567812345678123456781234567}", "{12345678-1234-5678-1234-56781234567g}", "{x}", "{é}", "urn:uuid:x", "1" * 36, "1" * 37, "1" * 46, "x" * 46,
    "-" * 36, "urn:uuid:12345678-1234-5678-1234-56781234567", "urn:uuid:12345678-1234-5678-1234-5678123456\u01307", "\u0130"]
DECIMALS = ["", "1", "1.50", " 1.5 ", "1_0", "1__0", "_1", "_", "inf", "nan", "-snan12", "1e400", "1E3", "1e-7", "0x10", "abc", ".5",
    "5.", ".", "-", "+1", "--1", "١٢.٥", "0E-10", "-0", "-0.00", "1e", "e5", "00012.50", "0.000001", "0.0000001", "123456789012345678901234567890.123",
    "1 2", "1E+3", "12e-2", "1e5_0"]
FLOATS = ["", "1", "1.5", " 1.5 ", "1_0", "1__0", "_1", "1_", "1._5", "inf", "nan", "-Infinity", "1e400", "0x10", "abc", "1e5", ".5", "5.", ".",
    "+1", "--1", "1e", "-0", "1e22", "123456789.125", "5e-324", "0.1", "1e16", "1 2", "١", "1e1_0", "infinit", "+nan"]
FLAGS = ["", "1", "0", "true", "TRUE", "t", "Y", "on", "oFF", "no", "x", " true", "2"]
KINDS = ["", "open", "it's", "Open", "x", "é"]

ITEM = {"kind": "open", "day": D, "moment": f"{T_}Z", "id": UUIDS[3], "price": "1.50", "ratio": 0.5, "flag": True}
JSON = [None, True, False, 0, 1, 2, -1, 1.5, 0.5, 1.0, 1e22, 1e16, 0.1, 86400, 86400.0, 1700000000.25, -1.25, 20000000001, 10**20, -(10**20),
    10**400, 1e300, -1e300, "", "1", "x", " 1 ", [], {}, float("inf"), float("nan"), 123456789012345.678, "open", D, f"{T_}Z", 253402300799999]
# Floats and large integers as a moment, a day, and truth.
NUMBERS_OF_JSON = [-86399.9999996, 1.9999996, 1700000000123.4567, 253402300799999.9, -62135683200000, -62135596800001.0, -20000000001.25, 2 * 10**308,
    -10**309, 2.0, -1.0, 2.0**63, -(2.0**63), 2.0**63 - 1024, 2**63, -(2**63)]
BOUNDS = {
    "day": ["2019-12-31", "2020-01-01", "2031-01-01", 0, "0000-01-01"], "moment": ["2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "2019-12-31T00:00:00", 0, "0000-01-01"],
    "price": ["-1", -1, "500.50", "500.51", "501", "123456", "1234.56", "1234", "0.001", "0.00001", "1e5", "1e2", 500.5, "1.500", "100000", "nan", 1e400],
    "ratio": [-1, 0, 0.5, 0.6, "0.51", "-1e-9", "nan", 10**30],
}


def requests():
    values = {"day": MOMENTS, "moment": MOMENTS, "uuid": UUIDS, "decimal": DECIMALS, "number": FLOATS, "flag": FLAGS, "kind": KINDS,
              }
    for name, texts in values.items():
        for text in texts:
            if text:
                yield "GET", f"/{name}/{quote(text, safe='')}", {}, None
    for query in [
        "", "kind=open", "kind=x", "kind=", "kind=open&kind=x", "kind=x&kind=open", "sort=closed", "sort=", "id=1", "id=1&id=2", "id=1&id=x", "id=x&id=y",
        "id=1&id=2&id=3", "id=x&id=y&id=z", "id=", "id=2147483648", "tag=a&tag=b", "tag=", "name=a", "name=ab", "name=abcd", "name=%C3%A9%C3%A9",
        "day=2020-01-01", "day=2019-01-01", "day=x", "moment=2026-01-01T00:00:00Z", "moment=2019-01-01T00:00:00Z", "moment=2019-01-01T00:00:00",
        "price=1.50", "price=501", "price=1234.56", "price=0.001", "price=-1", "ratio=0.5", "ratio=0.6", "ratio=-1", "ratio=nan", "ratio=x&kind=x&id=x",
    ]:
        yield "GET", f"/query?{query}", {}, None
    for query in ["", "kind=open", "kind=open&id=open", "kind=open&id=open&id=closed", "kind=x&id=x", "kind=open&id=open&id=x&flag=x",
                  "kind=open&id=open&id=closed&flag=on"]:
        yield "GET", f"/required?{query}", {}, None
    for header in [{}, {"x-tenant": "acme"}, {"x-tenant": ""}, {"x-tenant": "abcdef"}, {"x-tenant": "a,b"}, {"x-tenant": "é"},
                   {"x-tenant": "a", "x-kind": "open"}, {"x-tenant": "a", "x-kind": "x"}, {"x-tenant": "a", "x-count": "9"},
                   {"x-tenant": "a", "x-count": "x"}, {"x-count": "x", "x-kind": "x"}]:
        yield "GET", "/header", header, None
    for target, header, body in [("/order/x?q=x", {"x-number": "x"}, {"title": 1}), ("/order/x", {}, None), ("/order/1?q=2", {"x-number": "3"}, {"title": "a"}),
                                 ("/order/1", {"x-number": "x"}, {})]:
        yield "PUT", target, header, body
    for target, header in [("/dependency/x?q=x", {"x-tenant": "x"}), ("/dependency/x", {}), ("/dependency/1?q=2", {"x-tenant": "3"}),
                           ("/dependency/1?q=2", {}), ("/dependency/x?q=2", {"x-tenant": "3"})]:
        yield "GET", target, header, None
    yield "POST", "/items", {}, ITEM
    yield "POST", "/items", {}, {}
    for name in ITEM:
        texts = {"kind": KINDS, "day": MOMENTS[::4], "moment": MOMENTS[::4], "id": UUIDS[::4], "price": DECIMALS, "ratio": FLOATS, "flag": FLAGS}[name]
        for value in JSON + texts:
            yield "POST", "/items", {}, {**ITEM, name: value}
    for name in ["day", "moment", "flag"]:
        for value in NUMBERS_OF_JSON:
            yield "POST", "/items", {}, {**ITEM, name: value}
    for name, bounds in BOUNDS.items():
        for value in bounds:
            yield "POST", "/bounded", {}, {name: value}
    for change in [{}, {"title": "a"}, {"title": None}, {"description": None}, {"description": "a"}, {"description": 1}, {"title": "a", "description": None}]:
        yield "PATCH", "/change", {}, change


async def ask(method, target, header, body):
    path, _, query = target.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    headers = [(name.encode(), value.encode("latin-1")) for name, value in header.items()]
    if body is not None:
        headers.append((b"content-type", b"application/json"))
    from urllib.parse import unquote
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
    File(__file__).with_name("cases.jsonl").write_text(text)
    print(f"{len(lines)} cases")


asyncio.run(main())
