"""Dashboards, data sources and alerts, as far as that can be told without Grafana.

What a dashboard has is taken from Grafana's docs/sources/visualizations/dashboards/build-dashboards/view-dashboard-json-model,
its packages/grafana-schema and its kinds/dashboard/dashboard_kind.cue; that the training dashboard's statements are answered
is tested in e2e/test_grafana.py, and those for Prometheus against a real one.
"""

import json
import re

import pytest
import rendered
import yaml

GRAFANA = rendered.ROOT / "deploy" / "grafana"
DASHBOARDS = {file.stem: json.loads(file.read_text()) for file in sorted((GRAFANA / "dashboards").glob("*.json"))}
SOURCES = yaml.safe_load((GRAFANA / "provisioning/datasources/fourfold.yaml").read_text())["datasources"]
ALERTS = yaml.safe_load((rendered.ROOT / "deploy/prometheus/rules.yaml").read_text())["groups"]

# Panels that come with Grafana 10 and later.
PANELS = {"bargauge", "logs", "row", "stat", "timeseries", "trend"}

# What Grafana itself replaces in a statement.
OF_GRAFANA = {"timeFilter", "__interval", "tag_run_name"}


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_all_three_are_there():
    assert DASHBOARDS.keys() == {"platform", "recovery", "training"}


@pytest.mark.parametrize("board", DASHBOARDS.values(), ids=DASHBOARDS)
def test_a_dashboard_has_what_grafana_wants(board):
    assert {"uid", "title", "schemaVersion", "panels", "templating", "annotations", "time", "refresh", "tags"} <= board.keys()
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", board["uid"])
    assert "id" not in board  # Grafana gives it; another one's would be replaced.
    assert board["schemaVersion"] >= 36  # Before that a data source was only a name.
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids)) and all(ids)
    for panel in board["panels"]:
        assert panel["type"] in PANELS, panel["title"]
        place = panel["gridPos"]
        assert 1 <= place["w"] <= 24 and 0 <= place["x"] <= 24 - place["w"] and place["h"] >= 1 and place["y"] >= 0
    taken = [(x, y) for panel in board["panels"] for x, y in cells(panel["gridPos"])]
    assert len(taken) == len(set(taken)), "panels lie upon each other"
    for panel in panels(board):
        references = [target["refId"] for target in panel["targets"]]
        assert references and len(references) == len(set(references)), panel["title"]


def cells(place):
    return [(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])]


def test_identifiers_are_of_one_thing_each():
    uids = [board["uid"] for board in DASHBOARDS.values()] + [source["uid"] for source in SOURCES]
    titles = [board["title"] for board in DASHBOARDS.values()]
    assert len(uids) == len(set(uids)) and len(titles) == len(set(titles))
    assert len({source["name"] for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("board", DASHBOARDS.values(), ids=DASHBOARDS)
def test_every_question_goes_to_a_data_source_that_is_provisioned(board):
    known = {(source["type"], source["uid"]) for source in SOURCES} | {("grafana", "-- Grafana --")}
    asked = [panel["datasource"] for panel in panels(board)]
    asked += [target["datasource"] for panel in panels(board) for target in panel["targets"]]
    asked += [one["datasource"] for one in board["templating"]["list"] + board["annotations"]["list"]]
    assert {(one["type"], one["uid"]) for one in asked} <= known
    for panel in panels(board):
        assert all(target["datasource"] == panel["datasource"] for target in panel["targets"]), panel["title"]


@pytest.mark.parametrize("board", DASHBOARDS.values(), ids=DASHBOARDS)
def test_every_variable_that_is_used_is_there(board):
    variables = {one["name"] for one in board["templating"]["list"]}
    for one in panels(board) + board["annotations"]["list"]:
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(one))) - OF_GRAFANA
        assert used <= variables, one.get("title", one.get("name"))
    for panel in panels(board):
        assert panel.get("repeat") in {None, *(one["name"] for one in board["templating"]["list"] if one["multi"])}
    # A variable is asked for after those that it is made of.
    for number, one in enumerate(board["templating"]["list"]):
        before = {other["name"] for other in board["templating"]["list"][:number]}
        assert set(re.findall(r"\$(\w+)", one["query"])) <= before
        re.compile(one["regex"].strip("/").replace("(?<", "(?P<").replace("(?P<!", "(?<!"))


def test_data_sources_have_no_secret_and_no_address_of_their_own():
    assert {source["type"] for source in SOURCES} == {"influxdb", "loki", "prometheus"}
    for source in SOURCES:
        assert source["access"] == "proxy"
        assert source["url"].startswith("${")
        assert all(re.fullmatch(r"\$\{\w+\}", secret) for secret in source.get("secureJsonData", {}).values())
    influx = next(source for source in SOURCES if source["type"] == "influxdb")
    assert influx["url"].endswith("/grafana/influx")  # Grafana adds /query
    assert influx["jsonData"]["version"] == "InfluxQL" and influx["jsonData"]["dbName"] == "fourfold"


def of_others(query):
    """The series of a query that another program's could be among: those without a job of ours."""
    plain = re.sub(r"\b(by|without)\s*\([^)]*\)|\[\w+\]", " ", query)
    selectors = re.findall(r"\b([a-z_]\w*)\b(?!\s*\()(?:\{([^}]*)\})?", plain)
    return [name for name, matchers in selectors if name != "or" and not matchers.startswith('job=~"fourfold')]


def test_a_prometheus_may_scrape_other_programs_too():
    targets = [target for board in DASHBOARDS.values() for panel in panels(board) for target in panel["targets"]]
    asked = [target["expr"] for target in targets if target["datasource"]["type"] == "prometheus"]
    asked += [rule["expr"] for group in ALERTS for rule in group["rules"]]
    assert len(asked) > 50
    assert not {query: found for query in asked if (found := of_others(query))}
    assert of_others("sum by (job) (rate(up[5m])) or runs{status='x'}") == ["up", "runs"]
    # Named so by the operator's Prometheus, too.
    (endpoint,) = rendered.named(rendered.overlay("ha"), "ServiceMonitor", "fourfold")["spec"]["endpoints"]
    assert endpoint["relabelings"] == [{"sourceLabels": ["job"], "targetLabel": "job", "replacement": "fourfold-$1"}]


def test_alerts_tell_what_is_wrong_and_are_the_same_for_the_operator():
    rules = [rule for group in ALERTS for rule in group["rules"]]
    names = [rule["alert"] for rule in rules]
    assert len(names) == len(set(names)) and all(name.startswith("Fourfold") for name in names)
    for rule in rules:
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        assert rule["annotations"]["summary"] and rule["annotations"]["description"], rule["alert"]
    operators = rendered.named(rendered.overlay("ha"), "PrometheusRule", "fourfold")
    assert operators["spec"]["groups"] == ALERTS
