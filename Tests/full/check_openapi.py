"""Checks openapi.json: that it is valid, and that it says all that the reference's says.

    check_openapi.py http://127.0.0.1:8080 REFERENCE_OPENAPI_JSON

Roster may say more, where `ADDED` below says so, and has a title and a version of its own. Nothing else may differ.
"""

import json
import re
import sys
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

# What the reference fails to say, as paths into the document with / between keys.
ADDED = [
    # Answers that the reference gives, or should give, without telling.
    r"/paths/.*/responses/(400|401|403|404|409|413|503)",
    r"/components/schemas/HTTPError",
    # The integers that fit.
    r"/paths/.*/parameters/\d+/schema/(minimum|maximum)",
    r"/components/schemas/\w+/properties/\w+/(minimum|maximum)",
]
OWN = ["/info/title", "/info/version"]


def children(value):
    """The members of an object or array by their keys."""
    if isinstance(value, dict):
        return value
    return dict(enumerate(value)) if isinstance(value, list) else None


def differences(reference, ours, path=""):
    """What is missing, different, or added without being allowed."""
    theirs, own = children(reference), children(ours)
    if theirs is None or own is None or type(reference) is not type(ours):
        # 1, 1.0 and True are equal to Python, but not in JSON.
        if json.dumps(reference) != json.dumps(ours) and path not in OWN:
            yield f"{path}: the reference says {reference!r}, Roster {ours!r}"
        return
    for key in theirs.keys() | own.keys():
        below = f"{path}/{str(key).replace('/', '~1')}"
        if key not in own:
            yield f"{below}: missing; the reference says {json.dumps(theirs[key])}"
        elif key in theirs:
            yield from differences(theirs[key], own[key], below)
        elif not any(re.fullmatch(pattern, below) for pattern in ADDED):
            yield f"{below}: added, and not in the list of what may be: {json.dumps(own[key])}"


def main():
    base, reference_file = sys.argv[1:]
    with urllib.request.urlopen(f"{base}/openapi.json") as answer:
        assert answer.headers["Content-Type"].startswith("application/json"), answer.headers["Content-Type"]
        document = json.load(answer)
    with open(reference_file, encoding="utf-8") as file:
        reference = json.load(file)
    problems = [f"not valid: {error}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    problems += sorted(differences(reference, document))
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
