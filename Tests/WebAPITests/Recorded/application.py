"""The FastAPI application whose answers record.py writes down. The same application in Swift is RecordedInputs.swift."""

from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Path, Query
from pydantic import AwareDatetime, BaseModel, Field, FiniteFloat

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
