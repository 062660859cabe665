"""Asks Pydantic about every address of inputs.py and writes the answers to cases.tsv.

    python record.py        needs the requirements of the reference: pydantic[email]

A line is rule, input, "valid" or "invalid", and the normalized address or the reason. What can't be
seen is written as \\u{hex}, a backslash as \\\\.
"""

import sys
from pathlib import Path

from pydantic.networks import validate_email
from pydantic_core import PydanticCustomError

# The compiler's cache would be a file of the test target that SwiftPM doesn't know.
sys.dont_write_bytecode = True

from inputs import INPUTS  # noqa: E402


def answer(text):
    try:
        return "valid", validate_email(text)[1]
    except PydanticCustomError as error:
        return "invalid", error.context["reason"]


def escape(text):
    return "".join(map(escape_character, text))


def escape_character(character):
    if character == "\\":
        return "\\\\"
    return character if " " <= character <= "~" or character.isalpha() else f"\\u{{{ord(character):x}}}"


def main():
    lines = []
    for rule, inputs in INPUTS.items():
        for text in dict.fromkeys(inputs):
            outcome, result = answer(text)
            lines.append("\t".join([rule, escape(text), outcome, escape(result)]) + "\n")
    Path(__file__).with_name("cases.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} cases")


main()
