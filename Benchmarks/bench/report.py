"""The results in Markdown: goals, the alongside figures, every cell."""

from bench.goals import GOALS
from bench.peers import PEERS
from bench.settings import WORKLOADS


def markdown(results):
    parts = ["# Benchmark results\n",
             "Made by `make bench`; [Documentation/performance.md](../../Documentation/performance.md) says how.\n",
             versions(results["versions"])]
    if judged(results):
        parts += ["## Goals\n", goals(results)]
    parts += ["![requests per second and p99 of all peers](latest.svg)\n", alongside(results["alongside"]), cells(results)]
    return "\n".join(part for part in parts if part)


MARKS = ("<!-- benchmark: `make bench` writes what is between these lines -->", "<!-- /benchmark -->")


def in_readme(readme, results):
    """The README's text with the picture and the ratios of these results."""
    before, rest = readme.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    picture = "![requests per second and p99 of seven implementations](Benchmarks/results/latest.svg)"
    return f"{before}{MARKS[0]}\n{picture}\n\n{ratios(results)}{MARKS[1]}{after}"


def ratios(results):
    """Roster's requests per second as multiples of everybody else's."""
    others = [name for name in PEERS if name != "roster"]
    rows = []
    for workload, title in WORKLOADS.items():
        rate = {name: results["cells"][f"{workload} 64 {name}"]["rate"] for name in PEERS}
        rows.append((title, f"{rate['roster']:,.0f}", *(multiple(rate["roster"], rate[name]) for name in others)))
    return table(("64 clients", "Roster's requests/s", *(f"to {PEERS[name].title}" for name in others)), rows)


def multiple(ours, theirs):
    return f"{ours / theirs:.{0 if ours > 10 * theirs else 1}f}×" if theirs else "–"


def table(head, rows, left=1):
    """The first `left` columns are words, the others numbers."""
    rules = [":--"] * left + ["--:"] * (len(head) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rules, *rows)) + "\n"


def versions(found):
    return table(("", ""), found.items(), left=2)


def judged(results):
    return [(goal, *verdict) for goal in GOALS if (verdict := goal.judge(results))]


def goals(results):
    rows = [(goal.text, f"{'≥' if goal.at_least else '≤'} {limit(goal)}", goal.form.format(value),
             "met" if met else "**missed**") for goal, value, met in judged(results)]
    return table(("", "goal", "measured", ""), rows)


def limit(goal):
    return f"{goal.limit:g}{goal.form.split('}')[1]}"


def alongside(found):
    parts = []
    if "start" in found or "memory" in found:
        parts += ["## Start and memory\n", start_and_memory(found)]
    if "openloop" in found:
        parts += ["## Open loop\n", openloop(found["openloop"])]
    if "growth" in found:
        parts += ["## Read one, by the number of users\n", growth(found["growth"])]
    return "\n".join(parts)


def start_and_memory(found):
    start, memory = found.get("start", {}), found.get("memory", {})
    rows = []
    for name in start or memory:
        first, connected = start.get(name, {}), memory.get(name, {})
        rows.append((
            PEERS[name].title, milliseconds(first.get("start")), megabytes(first.get("program")),
            megabytes(connected.get("idle")), megabytes(connected.get("connected")), megabytes(connected.get("worst")),
            connected.get("errors", "–")))
    head = ("", "first answer, ms", "program, MB", "PSS idle, MB", "PSS with 1,000 clients, MB", "its largest process, MB",
            "errors")
    direct = memory.get("roster", {}).get("direct")
    note = f"\nRoster's largest process with 1,000 FastCGI connections of its own kept open: {megabytes(direct)} MB.\n"
    return table(head, rows) + (note if direct else "")


def number(value):
    return "–" if value is None else f"{value:,.1f}"


def milliseconds(seconds):
    return f"{seconds * 1000:,.0f}" if seconds else "–"


def megabytes(count):
    return f"{count / 1e6:,.1f}" if count else "–"


def openloop(found):
    head = ("", "", "capacity, requests/s", *(f"{what}, ms" for what in (
        "at half: mean", "p99", "at nine tenths: mean", "p99")), "errors")
    return table(head, [
        (WORKLOADS[workload], PEERS[peer].title, f"{cell['capacity']:,.0f}",
         *(f"{cell[share][figure]:,.1f}" for share in ("half", "most") for figure in ("mean", "p99")),
         f"{cell['half']['errors'] + cell['most']['errors']:,.0f}")
        for workload, peers in found.items() for peer, cell in peers.items()], left=2)


def growth(found):
    head = ("users", "requests/s", "Roster, µs", "nginx, µs", "PostgreSQL, µs", "together, µs")
    return table(head, [(
        f"{int(size):,}", f"{cell['rate']:,.0f}", *(f"{cell[who]:.1f}" for who in ("own", "nginx", "postgres")),
        f"{cell['own'] + cell['nginx'] + cell['postgres']:.1f}") for size, cell in found.items()])


def cells(results):
    parts = []
    for workload, title in WORKLOADS.items():
        rows = [row(key, cell) for key, cell in results["cells"].items() if key.split()[0] == workload]
        if rows:
            parts += [f"## {title[0].upper()}{title[1:]}\n", table(HEAD, rows, left=2)]
    return "\n".join(parts)


HEAD = ("clients", "", "requests/s", "p50, ms", "p99, ms", "errors", "own CPU, µs", "nginx, µs", "PostgreSQL, µs",
        "peak RSS, MB", "processes")


def row(key, cell):
    _, clients, peer = key.split()
    return (clients, PEERS[peer].title, f"{cell['rate']:,.0f}", f"{cell['p50']:,.1f}", f"{cell['p99']:,.1f}",
            f"{cell['errors']:,.0f}", *(number(cell[who]) for who in ("own", "nginx", "postgres")),
            megabytes(cell["peak"]), f"{cell['processes']:.0f}")
