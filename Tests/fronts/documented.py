"""The configurations of Documentation/web-servers.md: what stands there is what is tried."""

import re

from stack.machine import TOP

DOCUMENT = (TOP / "Documentation/web-servers.md").read_text(encoding="utf-8")


def blocks(heading, language):
    """The blocks of a section in one language, in order."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    found = re.findall(rf"^```{language}\n(.*?)^```$", section[1] if section else "", re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"web-servers.md has no {language} under {heading}")
    return found


def filled_in(text, values):
    """With the test's own paths and ports. Longer names first, since some contain others."""
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(name, str(values[name]))
    return text
