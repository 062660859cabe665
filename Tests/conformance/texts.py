"""JSON and integers, from tables and at random."""

from addresses import random_character

# MARK: JSON

JSON_VALUES = [
    "null", "true", "false", "0", "-0", "1", "-1", "1.0", "-1.5", '""', '"a"', '" "', '"é"', r'"\u00e9"', r'"e\u0301"',
    r'"\ud83d\ude00"', '"😀"', "[]", "{}", '[1,2.50,{"a":"b"}]', '{"a":{"b":[null]}}', '{"_sa":1,"b":{"_sa_x":2}}',
    '{"_sa_instance_state":{}}', '{"_s":1,"sa_":2,"__sa":3}', r'"\n\t\u0001\u007f\u2028"', '"  a@b.co  "',
    '"A <x@b.co>"', '"a@b.co"', '"true"', '"1"', '"null"', "[[[[]]]]", "[null]", "[{}]", '[""]', '{"":""}', r'"\/"',
    r'"\"\\\b\f"', r'"\u0000"', r'"a\u0000b"', '["a@b.co"]', '{"email":"a@b.co","name":"A"}',
    '"\u2028\u2029\x7f\x80\x9f"', r'"</script>&<>\u003c"', '"' + "x" * 3000 + '"',
]

NUMBERS = [
    "0.0", "-0.0", "0e0", "-0e5", "0e99999", "1e0", "1e5", "1E5", "1e+5", "1e-5", "1e-4", "0.0001", "0.00001", "1e15",
    "1e16", "1e17", "1e21", "1e22", "1e23", "1e400", "-1e400", "1e-400", "-1e-400", "5e-324", "2e-324", "3e-324",
    "2.2250738585072014e-308", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308", "0.1",
    "0.30", "1.10", "100.0", "1000000000000000.0", "9999999999999998.0", "10000000000000000.0", "123456789012345678",
    "123456789012345680.0", "9007199254740993", "9007199254740993.0", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
    "123456789012345678901234567890", "-123456789012345678901234567890", "1234567890123456789012345678901234567890.5",
    "3.141592653589793238462643383279", "0.1e1", "12.5E-1", "1.5e300", "-1.5e-300", "4.35", "2.675", "1e1", "1.0e1",
    "123456789.123456789", "0." + "0" * 400 + "1", "1" + "0" * 400 + ".0", "1" * 309 + ".0", "9" * 4300,
    "-" + "9" * 4300, "9" * 4301, "-" + "9" * 4301, "1." + "9" * 4400, "1e" + "9" * 400, "1e-" + "9" * 400,
    "0" + ".0" * 1, "0.5e-0001", "NaN", "Infinity", "-Infinity",
]

NO_JSON = [
    "", " ", "\n", "nul", "nulll", "null null", "tru", "True", "None", "undefined", "nan", "-NaN", "+1", "-", "--1",
    "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e-", "1E", "1e5.0", "0x10", "1_0", "1,", "1 2",
    "Infinit", "-Infinit", "+Infinity", "infinity", "'a'", '"', '"a', 'a"', '"a""b"', '"a" "b"', "[", "]", "[1", "[1,",
    "[1,]", "[,]", "[,1]", "[1 2]", "[1,,2]", "[1;2]", "[1}", "{", "}", "{]", "{,}", '{"a"', '{"a"}', '{"a":',
    '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{"a":1 "b":2}', '{"a" 1}', '{"a"=1}', '{"a"::1}', "{a:1}", "{'a':1}",
    "{1:2}", "{null:1}", '{"a":1]', '{"a":1}}', '{"a":1}{', '{"a":1},', "[1]]", "// x\n1", "/* */1", "#", "1//",
    "\x00", "1\x00", "\x0b1", "\x0c1", "\xa01", "\u20281", "1\u3000", "\ufeff", "\ufeff\ufeff1", "1\ufeff", '"\n"',
    '"\t"', '"\x00"', '"\x1f"', r'"\x"', r'"\u"', r'"\u1"', r'"\u12"', r'"\u123"', r'"\u123g"', r'"\u 123"',
    r'"\u+123"', r'"\u-123"', r'"\u0x12"', r'"\u1_23"', r'"\u１２３４"', r'"\U0041"', r'"\a"', r'"\'"', r'"\0"', '"\\',
    '"\\"', r'"\ud800\u"', r'"\ud800\u12"', r'"\ud800\uzzzz"', r'"\ud83d\ude0"', r'"\ud83d\ude00', r'"é\x"', r'"😀\x"',
    '"😀', "é", "😀", '{"é":', '{"é" 1}', '{"😀":1,}', '["é",', "\t\r\n [", "NaNN", "nullfalse", '{"a":nul}', "[tru]",
    "[-]", "[1.]", "[.1]", "[01]", "{{}}", "[[]", "[]]", '{"a":[1,{"b":]}', '"\\u00e9', '"\\ud83d', '"\\ud83d\\',
]

SPACE = ["", "", "", " ", "\n", "\t", "\r\n", "  "]
ASTRAL = "😀𝒶𠀀\U0010ffff"
BMP = "éßΩжאبह日本語\u0301\u200b\u2028\ufeff\uffff\ue000"


def json_text(random, depth=0):
    """A JSON text, with any spelling of everything."""
    kind = random.choice(("string", "number", "word", "array", "object") if depth < 4 else ("string", "number", "word"))
    if kind == "word":
        return random.choice(["null", "true", "false", "null", "true", "false", "NaN", "Infinity", "-Infinity"])
    if kind == "number":
        return number(random)
    if kind == "string":
        return json_string(random)
    space = lambda: random.choice(SPACE)  # noqa: E731
    if kind == "array":
        items = [space() + json_text(random, depth + 1) + space() for _ in range(random.choice((0, 1, 1, 2, 3)))]
        return "[" + (",".join(items) or space()) + "]"
    members = [
        space() + json_key(random) + space() + ":" + space() + json_text(random, depth + 1) + space()
        for _ in range(random.choice((0, 1, 1, 2, 3, 20 if depth < 2 else 2)))]
    return "{" + (",".join(members) or space()) + "}"


def json_key(random):
    return random.choice(['"email"', '"name"', r'"\u006eame"', '"a"', '"a"', '"_sa"', '"_sa_x"', '""', '"id"',
        json_string(random)])


def json_string(random):
    return '"' + "".join(json_character(random) for _ in range(random.choice((0, 1, 3, 8)))) + '"'


def json_character(random):
    roll = random.random()
    if roll < 0.4:
        return random.choice("abcdefghij XYZ019.,:;-_+/@<>&'")
    if roll < 0.6:
        return random.choice(BMP)
    if roll < 0.7:
        return random.choice(ASTRAL)
    if roll < 0.85:
        return random.choice([r"\"", r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u0001", r"\u001f", r"\u007f",
            r"\u00E9"])
    if roll < 0.98:
        return r"\u%04x" % random.choice((random.randrange(1, 0xD800), random.randrange(0xE000, 0x10000)))
    return random.choice([r"\ud83d\ude00", r"\uD834\uDD1E", r"\ud800", r"\udc00", r"\u0000"])


def number(random):
    roll = random.random()
    if roll < 0.3:
        return random.choice(NUMBERS[:-3])
    if roll < 0.5:
        return str(random.randrange(-(10 ** random.randrange(1, 40)), 10 ** random.randrange(1, 40)))
    if roll < 0.7:
        return repr(random.uniform(-1, 1) * 10.0 ** random.randrange(-320, 308))
    digits = "".join(random.choices("0123456789", k=random.randrange(1, 25)))
    text = random.choice(("", "-")) + (digits.lstrip("0") or "0")
    if random.random() < 0.7:
        text += "." + "".join(random.choices("0123456789", k=random.randrange(1, 25)))
    if random.random() < 0.5:
        text += random.choice("eE") + random.choice(("", "+", "-")) + str(random.randrange(0, 330))
    return text


JSON_SPECIAL = b'{}[]",:\\/ue0123456789-+.tfnNIaE \t\n\r\x00\x1f\x7f\xc3\xa9\xf0\x9f\xed\xa0\x80\xef\xbb\xbf\xff'


def mutated(random, data):
    """One to three bytes replaced, inserted, removed, repeated or cut away."""
    data = bytearray(data)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(data) + 1)
        change = random.randrange(5)
        if change == 0:
            data[place:place + 1] = bytes([random.choice(JSON_SPECIAL)])
        elif change == 1:
            data[place:place] = bytes([random.choice(JSON_SPECIAL)])
        elif change == 2:
            del data[place:place + random.randint(1, 3)]
        elif change == 3:
            data[place:place] = data[max(0, place - 5):place]
        elif random.random() < 0.3:
            del data[place:]
    return bytes(data)


# MARK: Integers

INTEGERS = [
    "1", "+1", "0001", "0_1", "1.0", " 1 ", "\xa01", "1\n", "0" * 4300 + "1", "1.", "_1", "1__0", "1.0_0", "1e3",
    "1\x1c", "\u200b1", "9" * 4300, "9" * 4301, "-" + "9" * 4301, "", " ", "-1", "-0", "+0", "--1", "+-1", "-+1", "1_",
    "1_0", "-1_0", "0x1", "0b1", "0o7", "1.00", "1." + "0" * 30, "1.5", "True", "true", "١", "１", "१", "1١", "1,0",
    "1 0", "1\t", "\t1", "1\u3000", "00", "-00", "-0_1", "1_0.0", "1.0 ", "nan", "inf", "infinity", ".0", "0.", "-.0",
    "+", "-", ".", "_", "1+", "1-", "\u20281", "\x851", "\x0b1", "1\x0c", "\x1f1", "1.0e0", "1e0", "1E2", "1_000_000",
    "1_000.0", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999", "0.0", "-0.0",
    "+1.0", "+ 1", "- 1", "1.0.0", "1..0", "٣.0", "²", "½", "Ⅷ", "1\u0301", "1\u0000", "\u00001", "\ufeff1", "1\u200d",
    "\u180e1", "\u20601", "\u16801", "\u202f1\u205f", "abc", "é", "😀", "null", "'1'", '"1"', "1;", "1&", "1=1", "[1]",
    "{1}", "1j", "1L", "1u", "0_", "0__0", "__", "1_.0", "1._0", "1.0_", "0" * 5000, "0" * 5000 + "1",
    "1" + "0" * 4299, "1_" * 2000 + "1", "1_" * 4000 + "1", "+" + "9" * 4301, " " + "9" * 4301, "0" + "9" * 4301,
    "9" * 4301 + ".5", "9" * 4301 + "x", "9_" + "9" * 4300, "1_" * 4300, "1_" * 4300 + "1", "0_" * 4300 + "1", "0__1",
    "00_", "0__", "0-1", "0_-1", "-0-1", "+0-1", "0-01", "0--1", "0-_1", "0-__1", "0+1", "0__0", "0__1_0.0", "-0__1",
    "0-0", "0.0_0", "1." + "0" * 5000, "+" + "9" * 4300, " " * 100 + "1", "1\r\n",
]


def integer(random):
    """A spelling that is nearly always wrong by at most one thing."""
    space = lambda: random.choice(["", "", "", " ", "\t", "\n", "\xa0", "\u3000", "\u2003", "\x1c", "\u200b",
        "\x85"])  # noqa: E731
    digits = str(random.randrange(10 ** random.choice((1, 1, 2, 3, 9, 10, 19, 30))))
    if random.random() < 0.3:
        place = random.randrange(len(digits) + 1)
        digits = digits[:place] + "_" + digits[place:]
    text = random.choice(("", "", "", "+", "-")) + "0" * random.choice((0, 0, 0, 1, 5)) + digits
    text += random.choice(["", "", "", "", ".0", ".00", ".", ".5", "e1", "_0"])
    if random.random() < 0.15:
        place = random.randrange(len(text) + 1)
        text = text[:place] + random_character(random) + text[place:]
    return space() + text + space()
