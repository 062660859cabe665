"""The addresses of cases.tsv that are about lengths: on a limit, beside it, and far beyond."""

DOMAIN_63 = "d" * 63
MANY_LABELS = ".".join(["d" * 61] * 4)  # 247 characters

LENGTHS = {
    "length of the text": [
        "a" * 2048, "a" * 2049, "a" * 2042 + "@b.co", "a" * 2043 + "@b.co", "ä" * 2048, "ä" * 2049,
        "😀" * 2049, " " * 2043 + "a@b.co",
        " " * 2042 + "a@b.co", "\n" + "a" * 2048, "\n" + "a" * 2047, '"' + "n" * 2038 + '" <a@b.co>',
    ],
    "length of the address": [
        "a" * 64 + "@b.co", "a" * 65 + "@b.co", "a" * 249 + "@b.co", "a" * 250 + "@b.co", "a" * 251 + "@b.co",
        "A" * 250 + "@b.co",
        "ä" * 124 + "a@b.co", "ä" * 124 + "aa@b.co", "ä" * 125 + "@b.co", "ä" * 126 + "@b.co",
        "用" * 83 + "@b.co", "用" * 84 + "@b.co", "😀" * 63 + "@b.co",
        "😀" * 62 + "aa@b.co", "e\u0301" * 84 + "@b.co", "e\u0301" * 83 + "@b.co", "\u0958" * 80 + "@b.co",
        "\u0958" * 41 + "@b.co", "\U0001d160" * 40 + "@b.co",
        "a" * 240 + "@bücher.co", "a" * 243 + "@bücher.co", "a" * 244 + "@bücher.co",
        "a" * 241 + "@xn--bcher-kva.co", "a" * 237 + "@xn--bcher-kva.co",
        "a" * 238 + "@xn--bcher-kva.co", "ä" * 120 + "@bücher.co", "Name <" + "a" * 249 + "@b.co>",
        "Name <" + "a" * 250 + "@b.co>", "😀 <" + "a" * 250 + "@b.co>",
        '"' + "a" * 250 + '"@b.co', "a" * 1000 + "@b.co", "ä" * 1000 + "@b.co", "a@" + MANY_LABELS + ".co",
        "ab@" + MANY_LABELS + ".co", "abc@" + MANY_LABELS + ".coxx",
        "abc@" + MANY_LABELS.upper() + ".COXX", "a" * 247 + "@ﷺ.co", "a" * 200 + "@ﷺﷺ.co",
    ],
    "length of the domain": [
        "a@" + DOMAIN_63 + ".co", "a@d" + DOMAIN_63 + ".co", "a@dd" + DOMAIN_63 + ".co", "a@b." + "c" * 64,
        "a@b." + "c" * 63, "a@b." + "c" * 200, "a@" + "d" * 252,
        "a@" + "d" * 253, "a@" + "d" * 254, "a@" + "d" * 255, "a@" + "d." * 126 + "d",
        "a@" + "d." * 127 + "d", "a@" + "d." * 125 + "co", "a@" + "ä" * 254, "a@" + "ä" * 253,
        "a@" + "ä" * 63 + ".co", "a@" + "ä" * 56 + ".co", "a@" + "ä" * 57 + ".co", "a@" + "ä" * 58 + ".co",
        "a@" + "äö" * 15 + ".co", "a@" + "ﷺ" * 13 + ".co", "a@" + "ﷺ" * 14 + ".co",
        "a@" + "ﷺ" * 3 + ".co", "a@" + "ﷺ" * 100 + ".co", "a@" + ".".join(["ä" * 40] * 6) + ".co",
        "a@" + ".".join(["äö" * 14] * 8), "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 40 + ".co",
        "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 22 + ".co",
        "a@" + ".".join(["ä" * 50] * 4) + "." + "b" * 23 + ".co", "a@" + "㍿" * 60 + ".co",
        "a@" + ".".join(["㍿" * 10] * 22),
        "a@" + "☃" * 254 + ".co", "a@" + "ä" * 200 + "☃.co", "a@" + "㍿" * 64 + ".co",
        "a@" + "㌖" * 200 + ".co", "a@ä." + "d" * 64 + ".co",
    ],
}
