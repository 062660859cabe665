"""What the clients were told, against what the database has."""

from collections import Counter


# One statement, and so one moment: writes whose outcome is unknown may still be under way. Long names begin with their tag.
EVERYTHING = ("SELECT 't' || split_part(tag, ' ', 1) FROM applied"
              " UNION ALL SELECT 'e' || email FROM users WHERE email LIKE 'w%'")


def verdicts(entries, cluster):
    """What is wrong with these writes, of which those with a known outcome have been executed or never will be."""
    lines = cluster.sql(EVERYTHING).splitlines()
    return compare(entries, Counter(line[1:] for line in lines if line[0] == "t"),
                   {line[1:] for line in lines if line[0] == "e"})


def compare(entries, applied, addresses):
    """An acknowledged write is applied once, a refused one never, an unknown one at most once. `applied` counts by tag,
    `addresses` are those of the users; both tables were written in one transaction."""
    lost, refused, twice, torn = [], [], [], []
    for entry in (entry for entry in entries if entry.is_write):
        times = applied.get(entry.tag, 0)
        if entry.is_success and times == 0:
            lost.append(entry)
        if is_refusal(entry.status) and times > 0:
            refused.append(entry)
        if times > 1:
            twice.append(entry)
        if entry.kind == "create" and (f"{entry.tag}@example.com" in addresses) != (times > 0):
            torn.append(entry)
    return [text for text in (
        complaint(lost, "acknowledged, and not in the database"), complaint(refused, "refused, and applied"),
        complaint(twice, "applied more than once"), complaint(torn, "in one table and not in the other")) if text]


def is_refusal(status):
    """Whether the client was told that nothing was applied."""
    return status == 503 or (status is not None and 400 <= status < 500)


def complaint(entries, what):
    if not entries:
        return None
    return f"{len(entries):,} writes {what}, such as {entries[0].tag}, answered with {entries[0].status}"
