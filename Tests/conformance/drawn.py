"""Scenarios at random."""

import json

import addresses
import texts
from bodies import CUT
from headers import CONTENT_TYPES
from http_client import Request
from parts import BASE, CHUNK, JSON, USERS, encoded, id_of, send, user


def life(random):
    """Users are made, found, listed, changed and deleted; nothing is left."""
    start, ids, taken = random.randrange(10 ** 9), [], []
    for step in range(random.randrange(8, 40)):
        roll = random.random()
        some = random.choice(ids) if ids and random.random() < 0.9 else random.choice((987654321, 0, 2147483647))
        new = addresses.plain_address(random, f"u{start}x{step}")
        email = random.choice(taken) if taken and random.random() < 0.25 else new
        if roll < 0.35 or not ids:
            answer = yield send("POST", USERS, user(email, addresses.name(random)))
            if number := id_of(answer):
                ids.append(number)
                taken.append(email)
        elif roll < 0.5:
            yield send("GET", f"/users/{some}")
        elif roll < 0.6:
            yield send("GET", f"/users/?skip={random.randrange(6)}&limit={random.randrange(6)}")
        elif roll < 0.7:
            yield send("PUT", f"/users/{some}", user(email, addresses.name(random)))
            taken.append(email)
        elif roll < 0.9:
            change = {"email": email, "name": addresses.name(random), "id": 7, "x": None}
            keys = random.sample(list(change), random.randrange(5))
            yield send("PATCH", f"/users/{some}", json.dumps({key: change[key] for key in keys}))
            taken.append(email)
        else:
            yield send("DELETE", f"/users/{some}")
            ids = [number for number in ids if number != some]
    yield send("GET", USERS)
    for number in ids:
        yield send("DELETE", f"/users/{number}")
    yield send("GET", random.choice(["/users", "/users/", "/users/?limit=1"]))


def new_addresses(random):
    """Stored in a user of its own, and read back."""
    answer = yield send("POST", USERS, user(f"new{random.randrange(10 ** 9)}@b.co"))
    number = id_of(answer)
    for _ in range(CHUNK):
        text = addresses.address(random)
        yield send("PATCH", f"/users/{number}", json.dumps({"email": text}, ensure_ascii=random.random() < 0.5))
        if random.random() < 0.1:
            yield send("GET", f"/users/{number}")
        if random.random() < 0.1:
            yield send("POST", USERS, json.dumps({"email": text, "name": None}))
    yield send("DELETE", f"/users/{number}")


_scripts = {}


def written_names(random):
    """A name in each of some scripts, as it is read back."""
    _scripts.update(_scripts or addresses.scripts())
    for script in random.sample(sorted(_scripts), 20):
        text = "".join(random.choices(_scripts[script], k=random.randint(1, 8)))
        number = random.choice(BASE)
        yield send("PATCH", f"/users/{number}", json.dumps({"name": text}, ensure_ascii=random.random() < 0.5))
        yield send("GET", f"/users/{number}")
    yield send("GET", USERS)


def documents(random):
    """Whole bodies at random, and what becomes of them when some bytes change."""
    for _ in range(CHUNK // 2):
        text = texts.json_text(random)
        method, target = random.choice((("POST", USERS), ("PUT", "/users/x"), ("PATCH", "/users/x"),
            ("PUT", "/users/987654321"), ("PATCH", "/users/987654321")))
        yield send(method, target, text)
        data = text.encode("utf-8", "surrogatepass")
        yield send(method, target, texts.mutated(random, data))
        yield send(method, target, data[:random.randrange(len(data) + 1)])


def bodies(random):
    """Objects that are nearly right."""
    for _ in range(CHUNK):
        members = [f"{random.choice(SPELLINGS)}:{value(random)}" for _ in range(random.randrange(1, 5))]
        text = random.choice(texts.SPACE) + "{" + ", ".join(members) + "}" + random.choice(texts.SPACE)
        yield send("PUT", random.choice(("/users/x", "/users/987654321", "/users/1e5")), text)


SPELLINGS = ['"email"', '"email"', '"name"', '"name"', '"x"', r'"\u0065mail"', '"Name"', '"id"', '"_sa"']


def value(random):
    roll = random.random()
    if roll < 0.3:
        return json.dumps(addresses.address(random), ensure_ascii=random.random() < 0.5)
    if roll < 0.5:
        return random.choice(texts.JSON_VALUES)
    return texts.number(random) if roll < 0.7 else texts.json_text(random, 2)


def mutations(random):
    documents = [text.encode() for text in CUT] + [user("a@b.co").encode(),
        b'{"name":"N","email":null,"x":[1,2.5,"\\u00e9"]}']
    for _ in range(CHUNK):
        yield send("PUT", "/users/x", texts.mutated(random, random.choice(documents)))


def numerals(random):
    for _ in range(CHUNK):
        text = encoded(texts.integer(random), random)
        target = random.choice(("/users/{}", "/users/?skip={}", "/users/?limit={}", "/users/{}/",
            "/users/?skip={}&limit=2", "/users/?limit=1&limit={}"))
        yield send("GET", target.format(text))
        yield send("POST", USERS, '{"name":1,"email":%s}' % texts.number(random))


def parameters(random):
    keys = ["skip", "limit", "skip", "limit", "Skip", "sk%69p", "lim%69t", "skip%20", "a", "", "skip[]", "%C3%A9",
        "user_id"]
    for _ in range(CHUNK):
        items = []
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
            key, text = random.choice(keys), encoded(random.choice(("1", "0", "2", "x", "", texts.integer(random))),
                random)
            items.append(random.choice((f"{key}={text}",) * 6 + (key, f"{key}=={text}", f"{key}={text}=",
                f"%{key}={text}")))
        query = "".join(item + random.choice("&&&&&&&;") for item in items)
        yield send("GET", random.choice(("/users/?", "/users/?", "/users?",
            "/users/x?")) + query.rstrip("&" if random.random() < 0.8 else ""))


SEGMENTS = ["users", "users", "users", "users", "1", "2", "x", "", "", ".", "..", "USERS", "%75sers", "user%73", "%31",
    "%2F", "a%2Fb", "%20", "a b".replace(" ", "%20"), "é".encode().decode("latin-1"), "%C3%A9",
            "%FF", "%3F", "%23", "%25", "%0A", ";", "users;a", "1;a=b", ":@", "[]", "{}", "|", "\\", "^", "`", "'\"",
            "<>", "$&+,=", "!*()~", "987654321", "99999999999", "-1", "+1", "%2e", "%2E%2e", "..."]


def routes(random):
    for _ in range(CHUNK):
        path = "/" + "/".join(random.choices(SEGMENTS, k=random.choice((1, 2, 2, 2, 3, 3,
            4)))) if random.random() < 0.4 else \
            random.choice(("", "", "", "/" + random.choice(SEGMENTS))) + "/users/" + random.choice(SEGMENTS) + \
            random.choice(("", "/", "//", "/..", "/../.."))
        if random.random() < 0.2:
            path += "?" + encoded(addresses.name(random)[:50], random)
        yield Request(random.choice(("GET", "GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS")), path)


def kinds(random):
    """Content types with something changed, and bodies that are JSON or not."""
    for _ in range(CHUNK):
        kind = list(random.choice(CONTENT_TYPES) or JSON)[:80]
        for _ in range(random.choice((0, 1, 1, 2))):
            place = random.randrange(len(kind) + 1)
            kind[place:place + random.randrange(2)] = random.choice(["", "", " ", ";", "/", "+", ",", "j", "J",
                "é".encode().decode("latin-1"), '"', "=", "+json", "\t"])
        body = random.choice(['{"email":1}', "{", texts.json_text(random), "é", b"\xc3\x28", ""])
        yield send("PUT", random.choice(("/users/x", "/users/987654321")), body, "".join(kind))


# With how often each is taken.
RANDOM = ((life, 3), (new_addresses, 5), (written_names, 2), (documents, 4), (bodies, 3), (mutations, 3),
    (numerals, 4), (parameters, 3), (routes, 3), (kinds, 2))
