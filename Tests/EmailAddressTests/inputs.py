"""The addresses of cases.tsv, by the rule each is about."""


def puny(label):
    """The label as Punycode has it, whether or not it is a valid one."""
    return "xn--" + label.encode("punycode").decode()


def each(template, parts):
    return [template.replace("*", part) for part in parts]


DOMAIN_63 = "d" * 63
MANY_LABELS = ".".join(["d" * 61] * 4)  # 247 characters

INPUTS = {
    "plain": each("*", [
        "a@b.co", "john.smith@example.com", "a.b.c@d.e.f", "user+tag@example.org", "user_name@b.co",
        "x-y@b-c.co", "!#$%&'*+-/=?^_`{|}~@b.co", "1@2.co", "0.0@0.example", "a@1.2.3.co", "a@b--c.co",
        "a@b---c.co", "a@bb.x-y-z.co", "a@x.alt", "a@x.example", "a@example.com", "a@sub.example.net",
    ]),
    "case": each("*", [
        "A@B.CO", "John.Smith@Example.COM", "INFO@b.co", "Info@B.co", "MARKETING@b.co", "Sales@b.co",
        "SuPPort@b.co", "ABUSE@b.co", "NOC@b.co", "Security@b.co", "PostMaster@b.co", "HOSTMASTER@b.co",
        "Usenet@b.co", "NEWS@b.co", "WebMaster@b.co", "WWW@b.co", "UUCP@Example.NET", "FTP@b.co",
        "MAILER-DAEMON@b.co", "Info.x@b.co", "Infos@b.co", "ADMIN@b.co", "ıNFO@b.co", "INFOſ@b.co",
        "WW\u212a@b.co", "\u212aLM@b.co", "\u212a@b.co", "NEW\u017f@b.co", '"Info"@b.co', "a@\u212a.co", "a@ſ.co",
        "ſ@b.co", "Ä@Ä.CO",
    ]),
    "dots before the @": each("*@b.co", [
        ".a", "a.", "a..b", ".", "..", "...", "a.b.", ".a.", "ä.", ".ä", "ä..ö", "a.ä", "ä.a", "a.\u0301b",
        ".\u0301", "a..\u0301",
    ]),
    "characters before the @": each("*@b.co", [
        "a b", " a", "a ", "a,b", "a;b", "a:b", "a(b)", "a[b]", "a]b", "a\\b", "a\tb", "a\0b", "\0", "a\x7fb",
        "\x1f", "a'\"b", "a>b", "a b,c;d", "ä b", "(comment)a", "a\"b\"", "a\"b", "a\\@b", "a\x0bb", "\x1c",
        "a,,,b", "\\", "a.,b", "..,", "][)(", "a\x01\x02\x03b", "a\x85b", "a\x80b", "a\x9fb",
    ]),
    "international local part": each("*@b.co", [
        "ä", "jörg", "用户", "почта", "δοκιμή", "उदाहरण", "あいう", "😀", "👩\u200d💻", "é", "e\u0301", "o\u0308",
        "\u1e9e", "ß", "①", "½", "a\u0301\u0327", "\u1100\u1161", "가", "\ufb01", "\u2126", "\u00c5", "\u212b",
        "\u0344", "\u0958", "\u2adc", "\U0001d15e", "\u1fef", "\u037e", "a\u037eb", "\u037e.a", "\u2000", "\u2001",
        "\u1fee", "\u0340", "a\u0340", "\u0387", "\u2260", "=\u0338", "~\u0303",
    ]),
    "unsafe characters": each("*@b.co", [
        "\u0301a", "\u0300", "\u20dd", "\u0903a", "\u0488x", "a\u00a0b", "a\u3000b", "\u2003a", "a\u2028b",
        "a\u2029b", "a\u200bb", "a\u200cb", "a\u200db", "a\u200eb", "a\u202eb", "a\u2066b", "a\ufeffb",
        "a\u00adb", "a\ue000b", "a\U000f0000b", "a\U0010ffffb", "a\uffffb", "a\ufffeb", "a\u0378b",
        "a\U0001fae0b", "a\U0001fae8b", "a\U00032000b", "a\U000e0001b", "a\U000e0100b", "\ufe0fa", "a\ufe0f",
        "\u0301\u0301\u200b\u2028\ue000", "a\u200b\u200b\u200bb", "\u1680x", "a\u180eb", "a\u2060b", "a\ufff9b",
        "a\u061cb", "a\U0001bca0b", "ä\x85", "\u115f", "\u3164", "\uffa0", "\u2800", "\ufdd0", "\u06dd1",
    ]),
    "quotes": each("*@b.co", [
        '"a"', '"a b"', '""', '"', '"a', 'a"', '"a"b', '"a"bcd', '"a"\u0301', '"a\\"b"', '"a\\\\"', '"a\\b"',
        '"a@b"', '"a<b"', '"a\tb"', '"a\0b"', '"\x7f"', '"a\x01\x02b"', '".a"', '"a..b"', '"ä"', '"ä b"',
        '"a\u200bb"', '"a\u3000b"', '"a\u2028b"', '"\u0301"', '" \u0301"', '"a\u037eb"', '"e\u0301"',
        '"a\u2000b"', '"\\"', '"\\\\"', '"a\\', '"a"."b"', '"a".b', 'a."b"', '"a" b', '"a"\u200b\\x', "\"'\"'",
        '"\u1fee"', '"\\\u1fee"', '"a"\\', '"a\u0301"b', '"\u0338"',
    ]),
    "at-sign": each("*", [
        "", " ", "a", "a.b.co", "@", "@@", "@b.co", "a@", "a@@b.co", "a@b@c.co", "a＠b.co", "a﹫b.co", "＠﹫", "﹫＠",
        "a＠b@c.co", "a@b＠c.co", "a@\u0301b.co", "a@\u0338", '"a@b.co', '"a@b.co"', "a\\@b.co", "<a", "<", ">",
        "a<\u0338b@c.co", "\u226e@c.co", "a\"\u0301b@c.co", "@\u0301", "a@\u20d2b@c.co", "a@\u20e3b.co",
        "\"\\\u0338\"@b.co", "\"a\\\u0338\"b@c.co", "<\u0338" * 20 + "@b.co", "mailto:a@b.co", "a@b.co@",
        "a@" + "\u0338" * 31 + "b@c.co", "<" + "\u0300" * 33 + "\u0338@b.co",
    ]),
    "white space around": each("*", [
        " a@b.co", "a@b.co ", "\ta@b.co\t", "\u3000a@b.co\u3000", "\u00a0a@b.co", "\x1ca@b.co\x1f", "\x85a@b.co",
        "\u2028a@b.co\u2029", "\u1680a@b.co", "\u200ba@b.co", "a@b.co\u200b", "a@b.co\ufeff", "\x0ba@b.co\x0c",
        "\x1ba@b.co", "a@b.co\0", "a @b.co", "a@ b.co", "a@b .co", "   ", "\u180ea@b.co", "\u205fa@b.co",
    ]),
    "line ends": each("*", [
        "\n", "\r", "a@b.co\n", "\na@b.co", "a@b.co\r\n", "a\n@b.co", "a\r@b.co", "Name\r\n <a@b.co>", "a\n",
    ]),
    "name and brackets": each("*", [
        "<a@b.co>", "Name <a@b.co>", "Name<a@b.co>", " Name  < A@B.co > ", "First Last <a@b.co>", "First  M. Last <a@b.co>",
        '"Name" <a@b.co>', '"First, Last" <a@b.co>', '"" <a@b.co>', '"a" "b" <a@b.co>', '"a"<b@c.co> "d"<e@f.co>',
        '"a" <b> c <d@e.co>', "Jörg <a@b.co>", "用户 <a@b.co>", "O'Neil <a@b.co>", "a@b.co <c@d.co>", "<<a@b.co>>",
        "Name <a@b.co", "Name a@b.co>", "<a@b.co> x", "<a@b.co>x", "<>", "< >", "Name <>", "<a>", "Name <a>",
        "<@b.co>", "<a@>", "Name, Other <a@b.co>", "Na:me <a@b.co>", "😀 <a@b.co>", "😀 <a9@b.co>", "(c) <a@b.co>",
        "Name \u0301 <a@b.co>", "\u0301 <a@b.co>", "Na\u0301me <a@b.co>", "\x1f<a@b.co>", "a\x1fb <a@b.co>",
        "Name\u3000<a@b.co>", "Name\u200b <a@b.co>", '"\u200b" <a@b.co>', '"\u200b <a@b.co>', '"Na" me <a@b.co>',
        '"Na\\"me" <a@b.co>', '"a\\" <a@b.co>', "½ ² ٣ <a@b.co>", "_ <a@b.co>", "a.b <a@b.co>", ". <a@b.co>",
        "., <a@b.co>", "Name <a@b.co>>", "Name <<a@b.co>", "Name <a@b.co> <c@d.co>", "<a@b.co", "<a@b.co  ", "😀 <a@b.co>  x",
        "😀 <a@b.co", "😀 <a@b.co> ", "😀 <a@b.test>", "😀 <\u0301@b.co>", "😀 <>", "😀 <a>", "😀 <a＠b>", "\\ <a@b.co>",
        "' <a@b.co>", ", <a@b.co>", "' , \" <a@b.co>", "',(é <a@b.co>", '"a" "\x01" <a@b.co>', '"' + "x" * 300 + '" <a@b.co>',
        "Name <a@b.co>\u3000", "Name <\u3000a@b.co\u3000>", "Name <\u200ba@b.co>", "\u0661 <a@b.co>", "a\u203fb <a@b.co>",
    ]),
    "dots and hyphens in the domain": each("a@*", [
        ".", "..", "b", "b.", ".b.co", "b..co", "b.co.", "-b.co", "b-.co", "b.-co", "b.co-", "-", "b.-", "--b.co",
        "b--.co", "ab--c.co", "xx--b.co", "x.ab--c.co", "ab--", "a--b.co", "1---b.co", "\uff0d.co", "b\uff0d.co",
        "äb--c.co", "ää--c.co", "b。co", "b．co", "b｡co", "。b.co", "b.co。", "b。。co", "b.c-o", "XN--MNCHEN-3YA.DE",
        "XX--b.co", "-.-", "b-。co",
    ]),
    "characters in the domain": each("a@*", [
        "b_c.co", "b c.co", "b,co", "b!.co", "b\\.co", "b\0.co", "b\x7f.co", "b\t.co", "[b.co", "b].co", "b:25", "b/c.co",
        "b\"c\".co", "'b'.co", "b(c).co", "b<c>.co", "b;c,d.co", "ä_b.co", "b\u00a0.co", "b\u3000.co", "b\u200b.co",
        "b\u200c.co", "b\u200d.co", "b\u2028.co", "b\u202e.co", "b\u00ad.co", "b\ue000.co", "b\u0378.co", "\u0301b.co",
        "b.\u0301co", "b\x80.co", "b\x9f.co", "b\ufffd.co", "b\ufffc.co", "b\u2024co", "b\u2025.co", "b\u2026.co",
        "\u2488co", "b\ufe52co", "\u33c2.co", "\U0001f100.co", "b\ufe12co", "b\ufe19.co", "b\ufe30.co", "\u2ff0.co",
        "'\u2ff0.co", "b\u2ffb\u2ff0.co", "\u2100.co", "\u2048.co", "\u1fef.co", "\u037e.co", "\u2260.co", "\uff01.co",
        "\uff3f.co", "\u203c\u2047.co", "\u00a8.co", "\u2010b.co", "\u2027.co", "\u115f.co", "\u115f", "\u3164\ufe0f", "b.\u115f", "\u3164b.co", "\ufe0fb.co",
        "b\ufe0f.co", "b\u034f.co", "\u180bb.co", "b\u180b.co", "\u2800.co", "b\u1806.co", "\u06dd.co", "\ufdd0.co",
    ]),
    "international domain": each("a@*", [
        "münchen.de", "MÜNCHEN.DE", "bücher.example", "straße.de", "STRAẞE.de", "ςσ.gr", "ΣΊΣΥΦΟΣ.gr", "日本語.jp",
        "日本語。jp", "почта.рф", "中国.中国", "παράδειγμα.δοκιμή", "उदाहरण.परीक्षा", "한국.kr", "\u1112\u1161\u11ab.kr",
        "e\u0301.fr", "É.fr", "ﬁ.co", "①.co", "½.co", "ＡＢ.co", "ａ．ｂ", "𝒶.co", "ℂ.co", "Å.co", "\u2126.co", "ı.co", "İ.co",
        "ŀl.co", "l·l.co", "l·.co", "·.co", "a·b.co", "͵α.gr", "͵a.gr", "͵.gr", "א׳ב.il", "a׳.il", "׳.il", "״א.il", "א״ב.il",
        "カ・タ.jp", "・.jp", "a・.jp", "漢・.jp", "あ・.jp", "☃.net", "♥.co", "😀.ws", "√.com", "©.co", "™.co", "ª.co", "²b.co",
        "ᄀ.co", "\u302e.co", "a\u302e.co", "\u3031.co", "〱.co", "〇.co", "\u0640.co", "ؤ.co", "\u0f0b.co", "a\u20d0.co",
        "𝄞.co", "a\U0001d165.co", "Ⴀ.ge", "ა.ge", "Ა.ge", "Ꭰ.co", "ꭰ.co", "Ⅎ.co", "Ↄ.co", "\u04c0.ru", "\u1e9b\u0323.co",
        "ü.ü.ü", "b.ü", "ü.c1", "ü.1", "ü", "ü.test", "ü.LOCAL", "ﷺ.co", "\U0002f868.co", "\u2f00.co", "\uff76\uff9e.jp",
    ]),
    "right to left": each("a@*", [
        "אב.com", "אב.co.il", "1.אב.com", "אב.1.com", "1א.com", "א1.com", "א1ב.com", "אa.com", "aא.com", "אa1.com", "א-ב.com",
        "ابجد.com", "١.com", "ا١.com", "ا۱.com", "ا1.com", "ا١1.com", "ا1١.com", "ا١۱.com", "۱١.com", "ا۱1.com", "a١.com", "a۱.com", "۱.com",
        "۱a.com", "אב.b-c.com", "אב.b1.com", "אב.1b.com", "אב.גד", "b.אב.גד", "مثال.إختبار", "אֱ.com", "אַ.com", "ا\u064b.com", "߀.com",
        "ߊ.com", "ܐ.com", "ހ.com", "𐤀.com", "𞤀.com", "𞤢.com", "\u0600.com", "ا\u06dd.com", "1.xn--4dbc.com", "xn--4dbc.1.com",
        "xn--4dbc.com", "xn--4dbc.b.com", "אב.xn--bcher-kva.com", "a1.אב.com", "a\u0301.אב.com", "אב.2.a.com", "אʹ.com", "aʹ.אב.com", "אʹ\u05b0.com", "אʹב.com", "'1.אב.com",
    ]),
    "joiners": each("a@*.com", [puny(label) for label in [
        "\u200c", "\u200d", "a\u200cb", "a\u200db", "ب\u200cب", "ب\u200c", "\u200cب", "ب\u064b\u200c\u064bب", "ا\u200cب", "ب\u200cا",
        "क\u094d\u200cष", "क\u094d\u200dष", "क\u094d\u200c", "क\u200cष", "क\u200dष", "\u094d\u200d", "ꡲ\u200cꡲ", "\U0001171e\u200cب", "ب\U0001171e\u200cب",
        "\U00017000\u200d", "\U00018d00\u200cb", "\U00018800\u200d", "日\u200d", "'\u200d", "'\"\u200d\\",
    ]]),
    "punycode": each("a@*", [
        "xn--mnchen-3ya.de", "Xn--Mnchen-3Ya.de", "xn--bcher-kva.example", "xn--strae-oqa.de", "xn--p1ai.ru", "a.xn--p1ai",
        "xn--80ak6aa92e.com", "xn--.com", "xn--", "xn---.com", "xn--a.com", "xn--a-.com", "xn--abc-.com", "xn--0.com", "xn--zzzzzzzz.com",
        "xn--99999999.com", "xn--a-ecp.ru", "xn--ab-.com", "xn---bbk.com", "xn--bbk.com", "xn--ls8h.la", "xn--n3h.net", "xn--u-ccb.com",
        "xn--mnchen-3ya.xn--mnchen-3ya", "xn--mnchen-3ya.test", "xn--mnchen-3ya", "xn--mnchen-3ya.c0", "xn--bcher-kva.äö", "xn--a.äö",
        "xn--a-.äö", "xn--zzzz.äö", "ä.xn--", "xn--" + "a" * 59 + ".com", "xn--" + "a" * 60 + ".com", "xn--xn---epa.com", "xn--fa-hia.de",
        "xn--mgb.co", "b-xn--a.co",
    ]) + each("a@*.com", [puny(label) for label in [
        "Ä", "ä-", "-ä", "ää--ä", "e\u0301", "\u0301", "a\u0301b", "aͅ", "\ud800", "a\udfff", "\ue000", "☃", "אa", "١1", "ﬁ", "𝒶", "\u0378", "\u2fe0",
        "\U000e0061", "ä.b", "ä_", "ä b", "ÄB", "\x80", "\xad", "\u3002", "日本", "\uffff", "ab\u00df", "\u06fd", "\u2028ä", "\ud800e\u0301", "ä'\t",
    ]]),
    "top-level domain": each("a@*", [
        "b", "localhost", "com", "b.1", "b.c1", "1.2.3.4", "b.1c", "b.co1", "127.0.0.1", "b.xn--p1ai", "b.c0m", "1.1", "b.0",
    ]),
    "special use": each("a@*", [
        "b.arpa", "in-addr.arpa", "b.invalid", "b.local", "b.LOCAL", "b.localhost", "b.onion", "b.test", "B.Test", "a.b.c.test",
        "test.co", "local.co", "xtest", "b.xtest", "b.testx", "b.tes", "b.ｔｅｓｔ", "b。test", "b.example", "example", "test", "arpa", "onion",
    ]),
    "address literals": each("a@[*]", [
        "", "1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "999.1.1.1", "1.2.3", "1.2.3.4.5", "1..2.3", ".", "...", "01.2.3.4", "1.2.3.00",
        "1.2.3.0444", "1234.1.1.1", "1", "1.2.3.4 ", "1.2.3.x", "١.2.3.4", "IPv6:::1", "ipv6:::", "IPV6:2001:db8::1", "IPv6:1:2:3:4:5:6:7:8",
        "IPv6:1:2:3:4:5:6:7", "IPv6:1:2:3:4:5:6:7:8:9", "IPv6:1:2:3:4:5:6:7:8:9:10", "IPv6:1::2::3", "IPv6::1::2", "IPv6:1::2:3:", "IPv6::1::", "IPv6::1:2", "IPv6::1:2:3:4:5:6:7:8",
        "IPv6:1:2:3:4:5:6:7:", "IPv6::1:2:3:4:5:6:7", "IPv6:1:2:3:4:5:6:7::8", "IPv6:1:2:3:4:5:6:7::", "IPv6:1::2:", "IPv6::::",
        "IPv6:", "IPv6::", "IPv6:1", "IPv6:1:2", "IPv6:g::", "IPv6:12345::", "IPv6:::1.2.3.4", "IPv6:::1.2.3", "IPv6:::256.1.1.1", "IPv6:::01.1.1.1",
        "IPv6:::1%eth0", "IPv6:::1%", "IPv6:::1%a%b", "IPv6:%x", "IPv6:::1/64", "IPv6:::'", "IPv6:::ä", "IPv6:::\u200b", "IPv6:::\"'",
        "IPv6:1:2:3:4:5:6:7.8.9.10", "IPv6:1:2:3:4:5:6:7:1.2.3.4", "IPv6:::x.2.3.4", "IPv6::: ",
        "x:y", ":", "tag:content", "t g:x", "x:ä", "x:\u00fb", "x:\u0100\u200b", "b.co", "x", "[", "]", "a@b", "[1.2.3.4]", "x:\x01\x7f",
    ]) + ["a@[", "a@]", "a@[]x", "a@[1.2.3.4", "a@1.2.3.4]", "<a@[1.2.3.4]>", "@[1.2.3.4]"],
    "length of the text": [
        "a" * 2048, "a" * 2049, "a" * 2042 + "@b.co", "a" * 2043 + "@b.co", "ä" * 2048, "ä" * 2049, "😀" * 2049, " " * 2043 + "a@b.co",
        " " * 2042 + "a@b.co", "\n" + "a" * 2048, "\n" + "a" * 2047, '"' + "n" * 2038 + '" <a@b.co>',
    ],
    "length of the address": [
        "a" * 64 + "@b.co", "a" * 65 + "@b.co", "a" * 249 + "@b.co", "a" * 250 + "@b.co", "a" * 251 + "@b.co", "A" * 250 + "@b.co",
        "ä" * 124 + "a@b.co", "ä" * 124 + "aa@b.co", "ä" * 125 + "@b.co", "ä" * 126 + "@b.co", "用" * 83 + "@b.co", "用" * 84 + "@b.co", "😀" * 63 + "@b.co",
        "😀" * 62 + "aa@b.co", "e\u0301" * 84 + "@b.co", "e\u0301" * 83 + "@b.co", "\u0958" * 80 + "@b.co", "\u0958" * 41 + "@b.co", "\U0001d160" * 40 + "@b.co",
        "a" * 240 + "@bücher.co", "a" * 243 + "@bücher.co", "a" * 244 + "@bücher.co", "a" * 241 + "@xn--bcher-kva.co", "a" * 237 + "@xn--bcher-kva.co",
        "a" * 238 + "@xn--bcher-kva.co", "ä" * 120 + "@bücher.co", "Name <" + "a" * 249 + "@b.co>", "Name <" + "a" * 250 + "@b.co>", "😀 <" + "a" * 250 + "@b.co>",
        '"' + "a" * 250 + '"@b.co', "a" * 1000 + "@b.co", "ä" * 1000 + "@b.co", "a@" + MANY_LABELS + ".co", "ab@" + MANY_LABELS + ".co", "abc@" + MANY_LABELS + ".coxx",
        "abc@" + MANY_LABELS.upper() + ".COXX", "a" * 247 + "@ﷺ.co", "a" * 200 + "@ﷺﷺ.co",
    ],
    "length of the domain": [
        "a@" + DOMAIN_63 + ".co", "a@d" + DOMAIN_63 + ".co", "a@dd" + DOMAIN_63 + ".co", "a@b." + "c" * 64, "a@b." + "c" * 63, "a@b." + "c" * 200, "a@" + "d" * 252,
        "a@" + "d" * 253, "a@" + "d" * 254, "a@" + "d" * 255, "a@" + "d." * 126 + "d", "a@" + "d." * 127 + "d", "a@" + "d." * 125 + "co", "a@" + "ä" * 254, "a@" + "ä" * 253,
        "a@" + "ä" * 63 + ".co", "a@" + "ä" * 56 + ".co", "a@" + "ä" * 57 + ".co", "a@" + "ä" * 58 + ".co", "a@" + "äö" * 15 + ".co", "a@" + "ﷺ" * 13 + ".co", "a@" + "ﷺ" * 14 + ".co",
        "a@" + "ﷺ" * 3 + ".co", "a@" + "ﷺ" * 100 + ".co", "a@" + ".".join(["ä" * 40] * 6) + ".co", "a@" + ".".join(["äö" * 14] * 8), "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 40 + ".co",
        "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 22 + ".co", "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 23 + ".co", "a@" + "㍿" * 60 + ".co", "a@" + ".".join(["㍿" * 10] * 22),
        "a@" + "☃" * 254 + ".co", "a@" + "ä" * 200 + "☃.co", "a@" + "㍿" * 64 + ".co", "a@" + "㌖" * 200 + ".co", "a@ä." + "d" * 64 + ".co",
    ],
    "order of reasons": each("*", [
        ".a@.b", "a..b@b..c", "a b@b c", "\u0301@\u0301", '"a b"@b c', '"a"@test', "@", "a b@", "a@b c..test", "a@-b.test", "a@b_.[1]", "a@[b]..", "a@b..-c",
        "a@b.-c.ab--d", "a@ab--c.\u2ff0", "a@" + "d" * 64 + ".1", "a@" + "d" * 64 + ".test", "a@test", "\n" + "a" * 3000, "a" * 300 + "@b", "a" * 300 + "@b.test",
        "😀 <" + "a" * 300 + "@b.co>", "😀 <@>", "a\u037eb@b c", "a@\u2ff0\u2488.co", "a@\u2488\u3000.co", "a@_\u3000.co",
    ]),
}
