"""What application.py is asked: numbers, moments and the like in every spelling, wherever a request may have them."""

from urllib.parse import quote

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
