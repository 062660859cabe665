"""The configurations of Documentation/web-servers.md and launchers.md: what stands there is what is tried."""

import re

from stack.machine import TOP


def blocks(heading, language, page="web-servers"):
    """The blocks of a section of a page in one language, in order."""
    document = (TOP / f"Documentation/{page}.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    found = re.findall(rf"^```{language}\n(.*?)^```$", section[1] if section else "", re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"{page}.md has no {language} under {heading}")
    return found


def filled_in(text, values):
    """With the test's own paths and ports. Longer names first, since some contain others."""
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(name, str(values[name]))
    return text
