"""What the owner of a table may have laid down for it, and what Roster answers to what is refused for that: the second
table of Documentation/differences.md. The reference answers 500, or "Email already exists" whatever the constraint was.
"""

import json

from http_client import Answer

# Each is about names of its own, so that nothing else of a run meets them.
OWNERS_RULES = """
    ALTER TABLE users ADD CONSTRAINT owners_check CHECK (name <> 'check');
    CREATE UNIQUE INDEX owners_unique ON users (name) WHERE name = 'unique';
    ALTER TABLE users ADD CONSTRAINT owners_exclusion EXCLUDE (name WITH =) WHERE (name = 'exclude');
    INSERT INTO users (id, email, name) VALUES
        (-11, 'unique@b.co', 'unique'), (-12, 'exclude@b.co', 'exclude'), (-13, 'ordered@b.co', 'O');
    CREATE TABLE orders (user_id integer REFERENCES users);
    INSERT INTO orders VALUES (-13);
    CREATE FUNCTION owners_rule() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        short varchar(60);
    BEGIN
        CASE NEW.name
            WHEN 'rule' THEN RAISE EXCEPTION 'not this one';
            WHEN 'forbidden' THEN RAISE insufficient_privilege;
            WHEN 'silent' THEN RETURN NULL;
            WHEN 'broken' THEN PERFORM no_such_function();
            WHEN 'unknown' THEN RAISE statement_completion_unknown;
            WHEN 'foreign' THEN RAISE connection_failure;
            ELSE short := NEW.name;
        END CASE;
        RETURN NEW;
    END $$;
    CREATE TRIGGER owners_rule BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION owners_rule();
"""

CONFLICT = 409, "The request conflicts with other data"
RULE = 400, "A rule of the database refuses this"
ANSWERS = {
    "unique": CONFLICT, "exclude": CONFLICT, "rule": RULE, "silent": RULE,
    "forbidden": (403, "The database does not permit this"), "broken": (503, "Service Unavailable"),
    "unknown": (504, "Gateway Timeout"), "foreign": (504, "Gateway Timeout"),
}
LONG = "x" * 61
VALUES = {
    "check": (["body", "name"], "the database does not accept this value", "check"),
    LONG: (["body"], "the value is too long for the database", None),
}


def scenario(send):
    """A write of each kind that is refused, by each method."""
    for name in [*ANSWERS, *VALUES]:
        yield send("POST", "/users/", json.dumps({"email": "refused@b.co", "name": name}))
        yield send("PUT", "/users/1", json.dumps({"email": "refused@b.co", "name": name}))
        yield send("PATCH", "/users/1", json.dumps({"name": name}))
    yield send("DELETE", "/users/-13")


def refused_write(request, theirs, ours, ask):
    """Theirs is a server's fault or a false sentence, ours says what it is."""
    if not (theirs.status == 500 or theirs.body == b'{"detail":"Email already exists"}' or ours.status == 400):
        return False
    if request.method == "DELETE":
        return request.target == "/users/-13" and answered(ours, *CONFLICT)
    try:
        name = json.loads(request.body)["name"]
    except (TypeError, ValueError, KeyError):
        return False
    if name in VALUES:
        return ours == invalid(*VALUES[name])
    return name in ANSWERS and answered(ours, *ANSWERS[name])


def answered(ours, status, detail):
    headers = {"content-type": "application/json", **({"retry-after": "1"} if status == 503 else {})}
    return ours == Answer(status, headers, json.dumps({"detail": detail}, separators=(",", ":")).encode())


def invalid(location, message, value):
    error = {"type": "value_error", "loc": location, "msg": f"Value error, {message}", "input": value, "ctx": {"error": {}}}
    return Answer(422, {"content-type": "application/json"}, json.dumps({"detail": [error]}, separators=(",", ":")).encode())
