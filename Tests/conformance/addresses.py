"""Addresses of e-mail, and names of people, from tables and at random."""

import ast
import pathlib
import sys
import tarfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "EmailAddressTests"))

from inputs import INPUTS  # noqa: E402

def source_addresses():
    """Every string in the tests of email-validator's source package: addresses, reasons, domains, all are inputs."""
    package = next((pathlib.Path(sys.prefix) / "sources").glob("email_validator-*.tar.gz"))
    found = {}
    with tarfile.open(package) as files:
        for member in files.getmembers():
            if "/tests/test_" in member.name:
                for node in ast.walk(ast.parse(files.extractfile(member).read())):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 5000:
                        found[node.value] = None
    if sum("@" in text for text in found) < 200:
        sys.exit(f"{package}: its tests are no longer where this looks for them.")
    return list(found)


ADDRESSES = [text for texts in INPUTS.values() for text in texts]

LOCAL_PARTS = [
    "a", "john.smith", "INFO", "Postmaster", "x+y", "é", "e\u0301", "用户", "a..b", ".a", "a.", "a b", '"a b"',
    "a\u200bb", "ſ", "İ", "\u212a", "x" * 64, "x" * 65, "a(b)", "a,b", "ﬁ", "\u0301a", "عربي", "😀", "a\u0000", "_",
    "!#$%&'*+-/=?^`{|}~", "\u3000a", "a\u00a0",
]
LABELS = [
    "b", "example", "B", "münchen", "MÜNCHEN", "xn--mnchen-3ya", "xn--a", "xn--", "a-b", "-a", "a-", "ab--cd",
    "x" * 63, "x" * 64, "1", "123", "b_c", "b c", "ſ", "ß", "ς", "日本", "אב", "א1", "1א", "ا١", "☃", "ﬁ", "①", "ＡＢ",
    "e\u0301", "\u200b", "a\u00ad", "क्\u200dष", "l·l", "ü" * 30, "test", "local", "\u3164", "𝒶", "", "b。c", "b．c",
    "b｡c", "ʼn", "ŉ", "™", "½", "ﷺ",
]
TOP_LABELS = ["co", "com", "CO", "c0", "1", "test", "example", "local", "onion", "arpa", "рф", "xn--p1ai", "c", "גד",
    "香港", "co.", "..co"]
AROUND = [
    "*", "*", "*", "*", "*", "*", " *", "* ", "<*>", "Name <*>", "Zoë Ä. <*>", '"N, M" <*>', "N <*", "*>", "\u3000*",
    "*\n", "\r*", "mailto:*", "*, c@d.co", "😀 <*>", "\u0301 <*>", "N <*> x", "A B  C <*>", "'N' <*>", "<<*>>",
    "a <b <*>>", "*<*>", ".<*>", "N\u00a0<*>", "N\x1f<*>",
]


def address(random):
    """An address of random parts, or one of the tables with a change."""
    if random.random() < 0.35:
        text = list(random.choice(ADDRESSES)[:300])
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(text) + 1)
            if random.random() < 0.3:
                del text[place:place + 1]
            else:
                text.insert(place, random_character(random))
        return "".join(text)
    labels = random.choices(LABELS, k=random.choice((1, 1, 1, 2, 3))) + [random.choice(TOP_LABELS)]
    local = random.choice(LOCAL_PARTS) if random.random() < 0.7 else "".join(random_character(random) for _ in range(3))
    if random.random() < 0.2:
        labels[0] = "".join(random_character(random) for _ in range(random.choice((1, 2, 5)))) + labels[0]
    joint = random.choice(["@"] * 15 + ["", "@@", " @ ", "＠", "."])
    return random.choice(AROUND).replace("*", local + joint + ".".join(labels))


def random_character(random):
    roll = random.random()
    if roll < 0.35:
        return random.choice("@.-_<>\"'\\ ,;:()[]+xX019\t")
    if roll < 0.5:
        return chr(random.randrange(0x80, 0x600))
    if roll < 0.9:
        return chr(random.choice((random.randrange(0x600, 0xD800), random.randrange(0xE000, 0x10000))))
    return chr(random.randrange(0x10000, 0x20000))


def plain_address(random, start):
    """A valid one; `start` makes it unique."""
    local = random.choice(["{}", "{}.x", "{}+tag", "{}é", "{}Ж", "A{}", "{}日本"]).format(start)
    domains = ["b.co", "example.com", "münchen.de", "xn--mnchen-3ya.de", "B.CO", "例子.广告", "x.y.z.org"]
    return f"{local}@{random.choice(domains)}"


# MARK: Names

def scripts():
    """The assigned characters by the first word of their names, which is the script's for letters."""
    found = {}
    for point in range(0x20, 0x32000):
        name = unicodedata.name(chr(point), None)
        if name and not 0xD800 <= point < 0xE000:
            found.setdefault(name.split()[0].split("-")[0], []).append(chr(point))
    return found


NAMES = [
    "", " ", "A", "  padded  ", "Zoë", "Zoe\u0308", "O'Neil", 'say "hi"', "back\\slash", "tab\there", "line\nbreak",
    "\r\n", "\x7f", "\x80\x9f", "\u2028\u2029", "\ufeff", "\u200b\u200d", "👩‍👩‍👧‍👦", "🇩🇪", "\U0010ffff",
    "\uffff\ufffe", "\ufdd0", "\ue000", "ﷺ", "\u202eabc", "a\u0301\u0302\u0303", "null", "NULL", "None", "0",
    "<b>&amp;</b>", "'; DROP TABLE users; --", "$1", "%s", "\\x41", "\\u0041", "{}", "[]", "x" * 2_000, "é" * 1_000,
    "😀" * 500,
] + [chr(point) for point in range(1, 0x20)]


def name(random):
    if random.random() < 0.3:
        return random.choice(NAMES)
    return "".join(random_character(random) for _ in range(random.randint(1, 12)))
