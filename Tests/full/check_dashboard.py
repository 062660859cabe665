"""Every expression of the dashboard is one of PromQL, and asks for what the service has: its metrics, and labels that they have. A
legend too names only labels that the expression leaves.

    check_dashboard.py DASHBOARD ADMIN PROMTOOL
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

# What Prometheus itself puts on each series of a job.
OF_PROMETHEUS = {"job", "instance"}
NAME = re.compile(r"\b(?:roster|http_server|process)_\w+")
SELECTOR = re.compile(r"(\w+)\{([^}]*)\}")
VARIABLES = {"$__rate_interval": "5m", "$job": "roster"}


def targets(panels):
    """Each expression, with the panel that it is in and its legend."""
    for panel in panels:
        yield from ((panel["title"], target["expr"], target["legendFormat"]) for target in panel.get("targets", ()))
        yield from targets(panel.get("panels", ()))


def filled(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression, f"a variable that is none of the dashboard's: {expression}"
    return expression


def parse(promtool, expressions):
    """As rules, of which promtool parses the expressions; JSON is YAML."""
    rules = [{"record": f"dashboard:{number}", "expr": expression} for number, expression in enumerate(expressions)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        file.flush()
        subprocess.run([promtool, "check", "rules", file.name], check=True)


def wrong(title, expression, legend, labels):
    """What an expression asks for that there is not; `labels` are those of each metric."""
    for name in set(NAME.findall(re.sub(r'"[^"]*"', "", expression))) - labels.keys():
        # A label may have such a name too.
        if not any(name in known for known in labels.values()):
            yield f"{title}: there is no {name}"
    names = [name for name, _ in SELECTOR.findall(expression)]
    known = OF_PROMETHEUS.union(*(labels.get(name, ()) for name in names))
    for name, selector in SELECTOR.findall(expression):
        for label in re.findall(r"(\w+)\s*[=!]", selector):
            if label not in OF_PROMETHEUS | labels.get(name, set()):
                yield f"{title}: {name} has no {label}"
    grouped = [set(re.split(r",\s*", group)) for group in re.findall(r"by \(([^)]*)\)", expression)]
    for group in grouped:
        if group - known:
            yield f"{title}: nothing to group by: {group - known}"
    left = set.intersection(*grouped) if grouped else known
    if re.match(r"\w*\(*(sum|histogram_quantile)\(", expression) and not grouped:
        left = set()
    for label in re.findall(r"\{\{(\w+)\}\}", legend):
        if label not in left:
            yield f"{title}: the legend names {label}, which {expression} has not"


def main(path, admin, promtool):
    dashboard = json.loads(pathlib.Path(path).read_text())
    with urllib.request.urlopen(f"{admin}/metrics", timeout=30) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    labels = {}
    for family in families:
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    all_targets = [(title, filled(expression), legend) for title, expression, legend in targets(dashboard["panels"])]
    all_targets += [(note["name"], filled(note["expr"]), "") for note in dashboard["annotations"]["list"]]
    parse(promtool, [expression for _, expression, _ in all_targets])
    found = [text for target in all_targets for text in wrong(*target, labels)]
    asked = re.findall(r"label_values\((\w+), (\w+)\)", json.dumps(dashboard["templating"]))
    found += [f"there is no {name}" for name, _ in asked if name not in labels]
    used = "\n".join(expression for _, expression, _ in all_targets)
    unseen = {family.name for family in families if family.name not in used}
    found += [f"no panel shows {name}" for name in unseen - NOT_SHOWN]
    identifiers = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(identifiers)) == len(identifiers), "two panels have one id"
    assert len(all_targets) > 30, len(all_targets)
    assert not found, "\n".join(found)


# A counter by its name without _total, as this parser has them.
NOT_SHOWN = {"roster_build_info", "roster_socket_info", "roster_fastcgi_connections_accepted"}

main(*sys.argv[1:])
