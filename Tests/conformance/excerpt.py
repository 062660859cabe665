"""How much of a client's input an answer repeats: Documentation/differences.md, "long input"."""

import bisect
import json

MOST = 64 << 10
NOTHING = object()


def text_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def size(value):
    return len(text_of(value))


def with_excerpts(errors):
    """The errors, whose inputs end where all of them together reach the limit."""
    room = MOST
    cut = []
    for error in errors:
        part = beginning(error["input"], room)
        room = room - size(part) if part is error["input"] else 0
        cut.append(error | {"input": None if part is NOTHING else part})
    return cut


def beginning(value, room):
    """The value itself where it has no more bytes, else as much of it as fits, or NOTHING."""
    if size(value) <= room:
        return value
    if room < 2 or not isinstance(value, (str, list, dict)):
        return NOTHING
    if isinstance(value, str):
        return beginning_of_text(value, room - 2)
    if isinstance(value, list):
        return [part for _, part in parts([(None, element) for element in value], room)]
    return dict(parts(value.items(), room))


def beginning_of_text(text, room):
    lengths = range(1, len(text) + 1)
    return text[:bisect.bisect_right(lengths, room, key=lambda length: size(text[:length]) - 2)]


def parts(members, room):
    """Those that fit, the last of them perhaps not whole; behind each stands a comma or a bracket."""
    room -= 1
    for key, value in members:
        room -= 1 + (0 if key is None else size(key) + 1)
        part = beginning(value, room)
        if part is NOTHING:
            return
        yield key, part
        if part is not value:
            return
        room -= size(part)
