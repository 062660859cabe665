"""The results at 64 clients as a picture: a panel for each workload, a row for each peer."""

from html import escape

from bench.settings import PEERS, WORKLOADS

NAMES = {"reference": "FastAPI", "php": "PHP", "go": "Go", "c": "C", "rust": "Rust",
         "rust-cores": "Rust, cores", "roster": "Roster"}
WIDTH, MARGIN, COLUMN, GAP = 920, 28, 416, 32
ROW, BAR, TOP, HEAD, BETWEEN = 17, 11, 88, 28, 26
# Within a panel: names up to the first, then two charts; what is left of each is for the figures.
FIRST, FIRST_WIDTH, SECOND, SECOND_WIDTH = 72, 120, 256, 108

STYLE = """
    svg { --page: #ffffff; --edge: #d8dee4; --ink: #1f2328; --muted: #656d76; --bar: #b3c0ce; --accent: #e8590c;
          --second: #7d8fa3; --third: #d5dde5; }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --edge: #30363d; --ink: #e6edf3; --muted: #8b949e; --bar: #44515f; --accent: #ff7b39;
            --second: #73859a; --third: #2c3540; }
    }
    text { font: 11px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: var(--ink);
           font-variant-numeric: tabular-nums; }
    .title { font-size: 17px; font-weight: 600; } .head { font-size: 13px; font-weight: 600; }
    .muted { fill: var(--muted); } .right { text-anchor: end; } .ours { font-weight: 700; }
    .bar { fill: var(--bar); } .bar.ours { fill: var(--accent); }
    .nginx { fill: var(--second); } .postgres { fill: var(--third); }"""


def svg(results):
    panels = [workload_panel(results["cells"], workload) for workload in WORKLOADS]
    panels = [panel for panel in (*panels, cpu_panel(results["cells"])) if panel]
    rows = max(panel.count("<!--row-->") for panel in panels)
    pitch = HEAD + rows * ROW + BETWEEN
    height = TOP + (len(panels) + 1) // 2 * pitch
    placed = [f'<g transform="translate({MARGIN + number % 2 * (COLUMN + GAP)} {TOP + number // 2 * pitch})">{panel}</g>'
              for number, panel in enumerate(panels)]
    versions = results["versions"]
    subtitle = f"64 clients, one nginx, one PostgreSQL with 1,000,000 users · {versions['machine']} · {versions['date']}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
  <title>Requests per second and p99 of Roster and six other implementations of the same API</title>
  <style>{STYLE}
  </style>
  <rect x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8" fill="var(--page)" stroke="var(--edge)"/>
  {text(MARGIN, 34, "The same users API, seven times", "title")}
  {text(MARGIN, 54, subtitle, "muted")}
  {"".join(placed)}
</svg>
"""


def text(x, y, words, kind=""):
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>\n'


def bar(x, y, width, kind):
    return f'<rect x="{x:g}" y="{y:g}" width="{max(width, 1.5):.1f}" height="{BAR}" rx="1.5" class="{kind}"/>\n'


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def heading(title, *charts):
    return text(0, 0, title, "head") + "".join(text(x, 14, words, "muted") for x, words in charts)


def names(cells, workload):
    return [name for name in PEERS if f"{workload} 64 {name}" in cells]


def label(name, y):
    return "<!--row-->" + text(FIRST - 8, y + 9, NAMES[name], f"right {ours(name)}")


def ours(name):
    return "ours" if name == "roster" else ""


def workload_panel(cells, workload):
    found = {name: cells[f"{workload} 64 {name}"] for name in names(cells, workload)}
    if not found:
        return ""
    parts = [heading(WORKLOADS[workload], (FIRST, "requests/s, longer is better"), (SECOND, "p99 in ms, shorter is better"))]
    for number, (name, cell) in enumerate(found.items()):
        y = HEAD - 6 + number * ROW
        parts.append(label(name, y))
        for x, width, metric in ((FIRST, FIRST_WIDTH, "rate"), (SECOND, SECOND_WIDTH, "p99")):
            length = width * cell[metric] / (max(other[metric] for other in found.values()) or 1)
            parts += [bar(x, y, length, f"bar {ours(name)}"),
                      text(x + length + 5, y + 9, figure(cell[metric]), ours(name))]
    return "".join(parts)


def cpu_panel(cells):
    """Whose time a read takes. The slowest is cut off: the others would be dots."""
    found = {name: [cells[f"read 64 {name}"][who] for who in ("own", "nginx", "postgres")] for name in names(cells, "read")}
    if not found:
        return ""
    totals = sorted(sum(costs) for costs in found.values())
    scale = (SECOND + SECOND_WIDTH - FIRST) / (totals[-2] * 1.1 if len(totals) > 1 else totals[-1])
    parts = [heading("read one: processor time of a request", (FIRST, "µs of")), key(FIRST + 36, "bar", "the responder"),
             key(FIRST + 136, "nginx", "nginx"), key(FIRST + 188, "postgres", "PostgreSQL")]
    for number, (name, costs) in enumerate(found.items()):
        parts.append(cpu_row(name, costs, HEAD - 6 + number * ROW, scale))
    return "".join(parts)


def key(x, kind, words):
    return f'<rect x="{x}" y="5" width="9" height="9" rx="1.5" class="{kind}"/>' + text(x + 13, 14, words, "muted")


def cpu_row(name, costs, y, scale):
    limit, x = SECOND + SECOND_WIDTH, FIRST
    parts = [label(name, y)]
    for cost, kind in zip(costs, (f"bar {ours(name)}", "nginx", "postgres")):
        length = min(cost * scale, limit - x)
        if length > 0:
            parts.append(bar(x, y, length, kind))
        x += length
    if sum(costs) * scale > limit - FIRST:
        parts.append(f'<path d="M{limit - 14} {y + BAR + 1}l5 -{BAR + 2}h4l-5 {BAR + 2}z" fill="var(--page)"/>')
    return "".join(parts) + text(x + 5, y + 9, figure(sum(costs)), ours(name))
