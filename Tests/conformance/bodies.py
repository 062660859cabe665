"""Bodies: JSON in every place where one can stand, and what is none; addresses and names.

As of `headers` and `targets`, each function yields requests that do not depend on the answers.
"""

import json

import addresses as known
import texts
from parts import USERS, send


def positions(value):
    """A JSON text wherever one can stand."""
    yield send("POST", USERS, value)
    yield send("POST", USERS, '{"email":%s,"name":%s}' % (value, value))
    yield send("POST", USERS, '{"email":%s}' % value)
    yield send("POST", USERS, '{"name":%s}' % value)
    yield send("POST", USERS, '{"email":"x","name":%s,"x":%s}' % (value, value))
    yield send("POST", USERS, '[%s,%s]' % (value, value))
    yield send("POST", USERS, '{"x":{"y":[%s]},"email":null}' % value)
    yield send("PUT", "/users/x", value)
    yield send("PUT", "/users/1", '{"name":%s}' % value)
    yield send("PUT", "/users/1", '{"email":%s,"name":5}' % value)
    yield send("PUT", "/users/987654321", '{"email":"a@b.co","name":%s}' % value)
    yield send("PATCH", "/users/1", value)
    yield send("PATCH", "/users/1", '{"name":%s}' % value)
    yield send("PATCH", "/users/987654321", '{"email":%s}' % value)
    yield send("PATCH", "/users/2", '{"x":%s,"name":"N"}' % value)
    yield send("PATCH", "/users/x", '{"email":%s,"name":%s}' % (value, value))
    yield send("GET", USERS, value)
    yield send("DELETE", "/users/x", value)


def values():
    for value in texts.JSON_VALUES + texts.NUMBERS:
        yield from positions(value)


def broken():
    for text in texts.NO_JSON:
        yield send("POST", USERS, text)
        yield send("PATCH", "/users/1", text)
        yield send("PUT", "/users/x", text)
        yield send("POST", USERS, '{"email":%s}' % text)


CUT = [
    '{"email":"a\\u00e9@b.co","name":[1.5,-2e3,"x\\n",true,null,{"k":"v"}]} ',
    ' [ "é😀" , NaN , -Infinity , Infinity , { "a" : { } , "" : [ ] } , "\\ud83d\\ude00\\"" ] ',
    '{"email":"a@b.co","name":false,"email":0.5E-10,"é":"\\/"}\n', '\ufeff{"name":"N"}',
]


def cut():
    for text in CUT:
        data = text.encode()
        for end in range(len(data)):
            yield send("POST", USERS, data[:end])
            yield send("PATCH", "/users/x", data[end:])
            yield send("POST", USERS, data[:end] + data[end + 1:])


def characters():
    for point in [*range(0x21), 0x22, 0x5C, 0x7F, 0x80, 0x85, 0xA0, 0x2028, 0xD7FF, 0xE000, 0xFEFF, 0xFFFF, 0x10000]:
        for text in (chr(point), r"\u%04x" % (point & 0xFFFF)):
            yield send("POST", USERS, '{"email":"a%sb","name":1}' % text)
            yield send("POST", USERS, '{"a%sb":1,"name":""}' % text)
            yield send("PATCH", "/users/1", '{"name":"a%sb"}' % text)
            yield send("PATCH", "/users/1", '{"name":%s1}' % text)
            yield send("PATCH", "/users/987654321", '{"name":"%s"}%s' % (text, text))
    for point in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
        for text in (chr(point), r"\u%04x" % point, r"\u%04x\n" % point, r"\u%04x\u0041" % point,
            r"\ud800\u%04x" % point):
            yield send("POST", USERS, '{"email":"%s"}' % text)
            yield send("POST", USERS, '{"email":"a@b.co","name":"x%sy"}' % text)
            yield send("POST", USERS, '{"%s":1,"b":"%s%s"}' % (text, text, text))
            yield send("PATCH", "/users/1", '{"name":"%s"}' % text)
            yield send("PATCH", "/users/1", '{"%s":1}' % text)
            yield send("POST", USERS, '"%s"' % text)
            yield send("POST", USERS, '{"x":"%s",' % text)
    for data in (b"\xff", b"\xc0\xaf", b"\xc3", b"\xc3\x28", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80",
        b"\xed\xa0\x80",
                 b"\xed\xa0\xbd\xed\xb8\x80", b"\x80", b"\xfe", b"\xf8\x88\x80\x80\x80"):
        for template in (b"%s", b'"%s"', b'{"email":"%s"}', b'{"%s":1}', b'{"email":1}%s', b'{"name":"N","x":"%s"}',
            b'  %s'):
            yield send("POST", USERS, template.replace(b"%s", data))
            yield send("PATCH", "/users/1", template.replace(b"%s", data))
            yield send("POST", USERS, template.replace(b"%s", data), "text/plain")


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1",
    "utf-7")


def encodings():
    documents = ['{"email":1,"name":"é"}', '{"name":"é€"}', "1", "12", '"a"', "[]", '{"é":', "", " ", "x", '"é\\x"',
        "\x00", "\x001", "1\x00", "\x00\x00", "1\x00\x00",
                 '{"name":"😀","x":"\ud800"}', "\ufeff", "\ufeff1", "null", "é"]
    for document in documents:
        for encoding in ENCODINGS:
            data = document.encode(encoding,
                "surrogatepass" if encoding.startswith("utf-") and encoding != "utf-7" else "replace")
            for part in (data, data[:-1], data + b"\x00", data[1:], b"\xff\xfe" + data, b"\xfe\xff" + data,
                b"\x00\x00\xfe\xff" + data):
                yield send("PATCH", "/users/1", part)
            yield send("POST", USERS, data, f"application/json; charset={encoding}")


def nesting():
    for depth in (1, 10, 100, 500, 900, *range(950, 1000), 1500, 20_000):
        yield send("POST", USERS, "[" * depth + "]" * depth)
        yield send("POST", USERS, '{"a":' * depth + "1" + "}" * depth)
        yield send("PATCH", "/users/1", '[{"a":' * (depth // 2) + "1" + "}]" * (depth // 2))
        yield send("POST", USERS, '{"email":1,"x":%s}' % ("[" * depth + "]" * depth))
        yield send("POST", USERS, "[" * depth)
        yield send("PATCH", "/users/x", '{"a":' * depth)
        yield send("PUT", "/users/x", '{"name":%s,"email":"a@b.co"}' % ("[" * depth + "1" + "]" * depth))
    for depth in range(955, 976):
        for start, end in (("[", "]"), ('{"a":', "}")):
            for text in DEEP:
                yield send("PUT", "/users/x", start * depth + text + end * depth)


# What takes another call, or does not, where Python has hardly any left.
DEEP = [
    "1", "-1.5e3", '"a"', r'"\ud83d\ude00"', "null", "NaN", "Infinity", "-Infinity", "[]", "{}", '{"a":1}',
    '{"a":NaN}', '"', r'"\x"', r'"\u12"', r'"\ud800\u12"', '"\n"', "", "-", "nul", "1 2", "1,", "1,}", "{1",
    '{"a" 1}', '{"a":1,', r'{"\x":1}', '{"a"', '{"', "9" * 4301,
]


def long_inputs():
    """Around the length of which an answer repeats no more, and far beyond it."""
    characters, items = "a é 😀 \\n \\u0001 \\ud83d\\ude00".split(), '1e15 -0.5 [[]] {"a":"é"} "ab" null [1,{}]'.split()
    shapes = ['"%s"' % (character * 70_000) for character in characters]
    shapes += ["[%s]" % ",".join([item] * 20_000) for item in items]
    shapes += ["{%s}" % ",".join(f'"key {number}":{number}' for number in range(8000))]
    shapes += ['{"%s":1,"b":"%s","c":2}' % ("k" * length, "v" * 30_000) for length in (5, 40_000, 70_000)]
    shapes += [r'{"email":"%s","name":1,"x":"\ud800"}' % ("a" * 70_000), "[NaN,%s]" % ",".join(["1"] * 70_000)]
    shapes += ["[" * 900 + '"%s"' % ("a" * 65_000) + "]" * 900, r'{"name":"\u0000","x":"%s"}' % ("b" * 70_000)]
    for shape in shapes:
        yield send("POST", USERS, shape)
        yield send("PUT", "/users/x", '{"x":%s}' % shape)
        yield send("PATCH", "/users/1", '{"email":%s,"name":1}' % shape)
    yield send("POST", USERS, "é" * 40_000, "text/plain")
    # Both missing fields repeat the whole: `{"x":"…"}` has 8 bytes more than the text.
    for length in range(32_756, 32_764):
        yield send("POST", USERS, '{"x":"%s"}' % ("a" * length))
        yield send("POST", USERS, '{"x":["%s",1]}' % ("a" * (length - 4)))


def duplicates():
    keys = ['"email"', '"name"', '"x"', r'"\u0065mail"', '"é"', '"e\u0301"', '"_sa"', '"E"']
    parts = [f"{key}:{value}" for key in keys for value in ("1", '"N"', "null")]
    for first in parts:
        for second in parts[::2]:
            yield send("POST", USERS, "{%s,%s}" % (first, second))
    yield send("POST", USERS, "{" + ",".join(f'"k{number % 50}":{number}' for number in range(500)) + "}")
    yield send("POST", USERS, "{" + ",".join(f'"email":{number}' for number in range(500)) + "}")


def addresses():
    for text in dict.fromkeys(known.ADDRESSES + known.source_addresses()):
        for target in ("/users/1", "/users/x"):
            yield send("PATCH", target, json.dumps({"email": text}, ensure_ascii=target == "/users/x"))


def names():
    for text in known.NAMES:
        yield send("PATCH", "/users/2", json.dumps({"name": text}, ensure_ascii=False))
        yield send("PUT", "/users/2", json.dumps({"name": text, "email": "base2@b.co"}))
    yield send("GET", USERS)
