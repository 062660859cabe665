"""What monitoring reads of a service: promtool and a strict parser of OpenMetrics are content, and counters never fall.

    check_metrics.py BASE ADMIN PROMTOOL RULES
"""

import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"


def get(url, accept=""):
    """The status, the type and the text."""
    request = urllib.request.Request(url, headers={"Accept": accept} if accept else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def samples(families):
    """By name and labels, of what may only grow."""
    return {(sample.name, *sorted(sample.labels.items())): sample.value for family in families
            if family.type in ("counter", "histogram") for sample in family.samples}


def main(base, admin, promtool, rules):
    for path in "/users/", "/users/0", "/users/x", "/nothing", "/users":
        get(base + path)
    status, kind, text = get(admin + "/metrics")
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8"), (status, kind)
    subprocess.run([promtool, "check", "metrics"], input=text, text=True, check=True)
    before = samples(text_string_to_metric_families(text))

    status, kind, text = get(admin + "/metrics", ACCEPT)
    assert (status, kind) == (200, "application/openmetrics-text; version=1.0.0; charset=utf-8"), (status, kind)
    families = list(openmetrics.text_string_to_metric_families(text))
    after = samples(families)
    fallen = {name: (count, after.get(name)) for name, count in before.items() if after.get(name, -1) < count}
    assert not fallen, fallen

    shown = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    page = (pathlib.Path(rules).parents[1] / "Documentation/metrics.md").read_text()
    listed = set(re.findall(r"^\| (`[^|]+) \| *\w* *\|", page, re.MULTILINE))
    listed = {name for cell in listed for name in re.findall(r"`(\w+)`", cell)}
    assert shown == listed, f"Documentation/metrics.md and /metrics differ in {shown ^ listed}"

    names = {sample.name for family in families for sample in family.samples}
    used = set(re.findall(r"\b(?:roster_|http_server_)\w+", pathlib.Path(rules).read_text()))
    missing = used - names
    assert not missing, f"an alert asks for what there is not: {missing}"
    subprocess.run([promtool, "check", "rules", rules], check=True)
    subprocess.run([promtool, "test", "rules", rules.replace(".yml", ".test.yml")], check=True)
    assert get(admin + "/readyz")[0] == 200
    assert get(admin + "/status", "text/plain")[2].startswith("pool: ")
    assert get(admin + "/users/")[0] == 404


main(*sys.argv[1:])
