"""What bad input gets: status, error code and message, in MLflow's form, as one table.

Each row is a request by plain HTTP. `{run}`, `{gone}` (a deleted run), `{exp}` and `{lost}` (a deleted experiment) stand
for ids. Rows marked `fourfold_only` are those where MLflow's server answers 500 to a client's mistake, or 200 to a body
that it has half understood.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import pytest
from wire import Answer, Wire, path_of

ABSENT = "0" * 32
INVALID, MISSING_ONE, EXISTS = "INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class World:
    experiment: str
    name: str
    lost_experiment: str
    lost_name: str
    run: str
    gone_run: str

    def fill(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            names = {
                "{exp}": self.experiment,
                "{name}": self.name,
                "{lost}": self.lost_experiment,
                "{lost_name}": self.lost_name,
                "{run}": self.run,
                "{gone}": self.gone_run,
            }
            for mark, text in names.items():
                value = value.replace(mark, text)
        return value


@pytest.fixture(scope="module")
def world(wire, new_experiment, new_run) -> World:
    stamp = str(time.time_ns())
    experiment, lost = new_experiment(name=f"here {stamp}"), new_experiment(name=f"lost {stamp}")
    run, gone = new_run(experiment), new_run(experiment)
    body = {"run_id": run, "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "1"}]}
    wire.post("runs/log-batch", body).ok()
    wire.post("runs/delete", {"run_id": gone}).ok()
    wire.post("experiments/delete", {"experiment_id": lost}).ok()
    return World(experiment, f"here {stamp}", lost, f"lost {stamp}", run, gone)


def missing(field: str) -> tuple[int, str, str]:
    return 400, INVALID, f"Missing value for required parameter '{field}'. See the API docs for more information"


def wrong(field: str, value: str, kind: str) -> tuple[int, str, str]:
    return 400, INVALID, f"Invalid value {value} for parameter '{field}' supplied:  Hint: Value was of type '{kind}'."


def metric(**changes: object) -> dict:
    body = {"run_id": "{run}", "key": "m", "value": 1, "timestamp": 1, **changes}
    return {key: value for key, value in body.items() if value != "ABSENT"}


def batch(**parts: object) -> dict:
    return {"run_id": "{run}", **parts}


def points(*changes: dict) -> list[dict]:
    return [{"key": "m", "value": 1, "timestamp": 1, "step": 0, **change} for change in changes]


BAD_CHARACTERS = "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:)"
PATH_LIKE = "Names may be treated as files in certain cases, and must not resolve to other names"
NO_EXPERIMENT = (404, MISSING_ONE, "No Experiment with id=99999999 exists")
NO_RUN = (404, MISSING_ONE, f"Run with id={ABSENT} not found")
GONE = (400, INVALID, "must be in the 'active' state. Current state is deleted.")

# method, route, body or query, (status, code, fragment of the message)
ROWS: list[tuple[str, str, object, tuple[int, str | None, str]]] = [
    # experiments
    ("POST", "experiments/create", {}, missing("name")),
    ("POST", "experiments/create", {"name": ""}, missing("name")),
    ("POST", "experiments/create", {"name": None}, missing("name")),
    ("POST", "experiments/create", {"name": 123}, wrong("name", "123", "int")),
    ("POST", "experiments/create", {"name": "n" * 501}, (400, INVALID, "'name' exceeds the maximum length of 500")),
    ("POST", "experiments/create", {"name": "{name}"}, (400, EXISTS, "already exists.")),
    ("POST", "experiments/create", {"name": "{lost_name}"}, (400, EXISTS, "already exists.")),
    ("POST", "experiments/update", {"experiment_id": "{exp}"}, missing("new_name")),
    ("POST", "experiments/update", {"experiment_id": "{exp}", "new_name": ""}, missing("new_name")),
    ("POST", "experiments/update", {"experiment_id": "{exp}", "new_name": 7}, wrong("new_name", "7", "int")),
    ("POST", "experiments/update", {"experiment_id": "{exp}", "new_name": "Default"}, (400, "BAD_REQUEST", "")),
    ("POST", "experiments/update", {"experiment_id": "99999999", "new_name": "x"}, NO_EXPERIMENT),
    ("GET", "experiments/get", {}, missing("experiment_id")),
    ("GET", "experiments/get", {"experiment_id": ""}, missing("experiment_id")),
    ("GET", "experiments/get", {"experiment_id": "99999999"}, NO_EXPERIMENT),
    ("GET", "experiments/get", {"experiment_id": "-1"}, (404, MISSING_ONE, "No Experiment with id=-1 exists")),
    ("GET", "experiments/get", {"experiment_id": "abc"}, (400, INVALID, "Invalid experiment ID 'abc'.")),
    ("GET", "experiments/get-by-name", {}, missing("experiment_name")),
    ("GET", "experiments/get-by-name", {"experiment_name": "nobody at all"}, (404, MISSING_ONE, "nobody at all")),
    ("POST", "experiments/delete", {}, missing("experiment_id")),
    ("POST", "experiments/delete", {"experiment_id": "99999999"}, NO_EXPERIMENT),
    ("POST", "experiments/delete", {"experiment_id": 1}, wrong("experiment_id", "1", "int")),
    ("POST", "experiments/delete", {"experiment_id": "{lost}"}, (404, MISSING_ONE, "No Experiment with id={lost}")),
    ("POST", "experiments/restore", {"experiment_id": "{exp}"}, (404, MISSING_ONE, "No Experiment with id={exp}")),
    ("POST", "experiments/restore", {"experiment_id": "99999999"}, NO_EXPERIMENT),
    ("POST", "experiments/set-experiment-tag", {"experiment_id": "{exp}"}, missing("key")),
    ("POST", "experiments/set-experiment-tag", {"experiment_id": "99999999", "key": "k", "value": "v"}, NO_EXPERIMENT),
    (
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "{lost}", "key": "k", "value": "v"},
        (400, INVALID, "The experiment {lost} must be in the 'active' state. Current state is deleted."),
    ),
    (
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "{exp}", "key": "k" * 251, "value": "v"},
        (400, INVALID, "'key' exceeds the maximum length of 250 characters"),
    ),
    (
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "{exp}", "key": "a\tb", "value": "v"},
        (400, INVALID, BAD_CHARACTERS),
    ),
    (
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "{exp}", "key": "a//b", "value": "v"},
        (400, INVALID, PATH_LIKE),
    ),
    (
        "POST",
        "experiments/delete-experiment-tag",
        {"experiment_id": "{exp}", "key": "nope"},
        (404, MISSING_ONE, "No tag with name: nope in experiment with id {exp}"),
    ),
    ("POST", "experiments/search", {}, (400, INVALID, "Invalid value 0 for parameter 'max_results' supplied.")),
    ("GET", "experiments/search", {}, (400, INVALID, "Invalid value 0 for parameter 'max_results' supplied.")),
    ("POST", "experiments/search", {"max_results": 0}, (400, INVALID, "It must be a positive integer")),
    ("POST", "experiments/search", {"max_results": -1}, (400, INVALID, "Invalid value -1 for parameter 'max_results'")),
    ("POST", "experiments/search", {"max_results": 50001}, (400, INVALID, "It must be at most 50000")),
    ("POST", "experiments/search", {"max_results": "abc"}, wrong("max_results", '"abc"', "str")),
    ("GET", "experiments/search", {"max_results": "abc"}, wrong("max_results", '"abc"', "str")),
    ("POST", "experiments/search", {"max_results": 5, "filter": 5}, wrong("filter", "5", "int")),
    ("POST", "experiments/search", {"max_results": 5, "filter": "bogus = 1"}, (400, INVALID, "attribute key 'bogus'")),
    ("POST", "experiments/search", {"max_results": 5, "filter": "name > 'x'"}, (400, INVALID, "comparator '>' not")),
    (
        "POST",
        "experiments/search",
        {"max_results": 5, "filter": "name = 'x' OR name = 'y'"},
        (400, INVALID, "Invalid clause(s) in filter string:"),
    ),
    ("POST", "experiments/search", {"max_results": 5, "filter": "name = x"}, (400, INVALID, "either not quoted or")),
    (
        "POST",
        "experiments/search",
        {"max_results": 5, "filter": "experiment_id = 'abc'"},
        (400, INVALID, "Invalid experiment ID 'abc'."),
    ),
    ("POST", "experiments/search", {"max_results": 5, "order_by": ["bogus"]}, (400, INVALID, "attribute key 'bogus'")),
    (
        "POST",
        "experiments/search",
        {"max_results": 5, "order_by": ["name UPWARDS"]},
        (400, INVALID, "Invalid ordering key in order_by clause 'name UPWARDS'."),
    ),
    ("POST", "experiments/search", {"max_results": 5, "order_by": "name"}, wrong("order_by", '"name"', "str")),
    ("POST", "experiments/search", {"max_results": 5, "page_token": "zzz"}, (400, INVALID, "Invalid page token")),
    # runs
    ("POST", "runs/create", {}, (400, None, "")),
    ("POST", "runs/create", {"experiment_id": "99999999"}, NO_EXPERIMENT),
    ("POST", "runs/create", {"experiment_id": "abc"}, (400, INVALID, "Invalid experiment ID 'abc'.")),
    ("POST", "runs/create", {"experiment_id": 5}, wrong("experiment_id", "5", "int")),
    ("POST", "runs/create", {"experiment_id": "{lost}"}, (400, INVALID, "The experiment {lost} must be in the 'active'")),
    ("POST", "runs/create", {"experiment_id": "{exp}", "start_time": "abc"}, wrong("start_time", '"abc"', "str")),
    ("POST", "runs/create", {"experiment_id": "{exp}", "run_name": 5}, wrong("run_name", "5", "int")),
    (
        "POST",
        "runs/create",
        {"experiment_id": "{exp}", "run_name": "x", "tags": [{"key": "mlflow.runName", "value": "y"}]},
        (
            400,
            INVALID,
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
            "(run_name='x', mlflow.runName='y').",
        ),
    ),
    ("GET", "runs/get", {}, missing("run_id")),
    ("GET", "runs/get", {"run_id": ""}, missing("run_id")),
    ("GET", "runs/get", {"run_id": ABSENT}, NO_RUN),
    ("GET", "runs/get", {"run_id": "x/y"}, (404, MISSING_ONE, "Run with id=x/y not found")),
    ("POST", "runs/update", {}, missing("run_id")),
    ("POST", "runs/update", {"run_id": ABSENT, "status": "FINISHED"}, NO_RUN),
    ("POST", "runs/update", {"run_id": "{gone}", "status": "FINISHED"}, GONE),
    ("POST", "runs/update", {"run_id": "{run}", "status": 99}, wrong("status", "99", "int")),
    ("POST", "runs/update", {"run_id": "{run}", "end_time": "abc"}, wrong("end_time", '"abc"', "str")),
    ("POST", "runs/update", {"run_id": "{run}", "run_name": 5}, wrong("run_name", "5", "int")),
    ("POST", "runs/delete", {}, missing("run_id")),
    ("POST", "runs/delete", {"run_id": ABSENT}, NO_RUN),
    ("POST", "runs/restore", {}, missing("run_id")),
    ("POST", "runs/restore", {"run_id": ABSENT}, NO_RUN),
    # metrics
    ("POST", "runs/log-metric", {}, missing("run_id")),
    ("POST", "runs/log-metric", metric(key="ABSENT"), missing("key")),
    ("POST", "runs/log-metric", metric(key=""), missing("key")),
    ("POST", "runs/log-metric", metric(key=None), missing("key")),
    ("POST", "runs/log-metric", metric(value="ABSENT"), missing("value")),
    ("POST", "runs/log-metric", metric(value=""), missing("value")),
    ("POST", "runs/log-metric", metric(value=None), missing("value")),
    ("POST", "runs/log-metric", metric(timestamp="ABSENT"), missing("timestamp")),
    ("POST", "runs/log-metric", metric(timestamp=None), missing("timestamp")),
    ("POST", "runs/log-metric", metric(key=5), wrong("key", "5", "int")),
    ("POST", "runs/log-metric", metric(value="abc"), wrong("value", '"abc"', "str")),
    ("POST", "runs/log-metric", metric(timestamp="abc"), wrong("timestamp", '"abc"', "str")),
    ("POST", "runs/log-metric", metric(step="abc"), wrong("step", '"abc"', "str")),
    (
        "POST",
        "runs/log-metric",
        metric(timestamp=-1),
        (400, INVALID, "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.0). Timestamp must be"),
    ),
    ("POST", "runs/log-metric", metric(key="k" * 251), (400, INVALID, "'Metric name' exceeds the maximum length of 250")),
    ("POST", "runs/log-metric", metric(run_id=ABSENT), NO_RUN),
    ("POST", "runs/log-metric", metric(run_id="x/y z"), (404, MISSING_ONE, "Run with id=x/y z not found")),
    ("POST", "runs/log-metric", metric(run_id="{gone}"), GONE),
    *[
        ("POST", "runs/log-metric", metric(key=key), (400, INVALID, f"for parameter 'name' supplied: {PATH_LIKE}"))
        for key in ("a//b", ".", "..", "../x", "/a", "a/", "a/./b", "a/../b")
    ],
    *[
        ("POST", "runs/log-metric", metric(key=key), (400, INVALID, f"for parameter 'name' supplied: {BAD_CHARACTERS}"))
        for key in ("a\\b", "a#b", "a\nb", "a%b", "a,b", "a=b", 'a"b', "a;b", "a\u202eb")
    ],
    ("POST", "runs/log-metric", metric(key="a\x00b"), (400, INVALID, "supplied: ")),
    ("GET", "metrics/get-history", {"metric_key": "m"}, missing("run_id")),
    ("GET", "metrics/get-history", {"run_id": "{run}"}, missing("metric_key")),
    # params and tags
    ("POST", "runs/log-parameter", {}, missing("run_id")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "value": "1"}, missing("key")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "", "value": "1"}, missing("key")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": 5, "value": "1"}, wrong("key", "5", "int")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "q", "value": 5}, wrong("value", "5", "int")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "p", "value": "2"}, (400, INVALID, "Changing param values")),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "a//b", "value": "1"}, (400, INVALID, PATH_LIKE)),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "a#b", "value": "1"}, (400, INVALID, BAD_CHARACTERS)),
    (
        "POST",
        "runs/log-parameter",
        {"run_id": "{run}", "key": "k" * 251, "value": "1"},
        (400, INVALID, "'Param key' exceeds the maximum length of 250 characters"),
    ),
    ("POST", "runs/log-parameter", {"run_id": ABSENT, "key": "q", "value": "1"}, NO_RUN),
    ("POST", "runs/log-parameter", {"run_id": "{gone}", "key": "q", "value": "1"}, GONE),
    ("POST", "runs/set-tag", {}, missing("run_id")),
    ("POST", "runs/set-tag", {"run_id": "{run}", "value": "1"}, missing("key")),
    ("POST", "runs/set-tag", {"run_id": "{run}", "key": "q", "value": 5}, wrong("value", "5", "int")),
    ("POST", "runs/set-tag", {"run_id": "{run}", "key": "../x", "value": "1"}, (400, INVALID, PATH_LIKE)),
    ("POST", "runs/set-tag", {"run_id": "{run}", "key": "a\nb", "value": "1"}, (400, INVALID, BAD_CHARACTERS)),
    (
        "POST",
        "runs/set-tag",
        {"run_id": "{run}", "key": "k" * 251, "value": "1"},
        (400, INVALID, "'key' exceeds the maximum length of 250 characters"),
    ),
    ("POST", "runs/set-tag", {"run_id": ABSENT, "key": "q", "value": "1"}, NO_RUN),
    ("POST", "runs/set-tag", {"run_id": "{gone}", "key": "q", "value": "1"}, GONE),
    ("POST", "runs/delete-tag", {}, missing("run_id")),
    ("POST", "runs/delete-tag", {"run_id": "{run}"}, missing("key")),
    ("POST", "runs/delete-tag", {"run_id": "{run}", "key": "no"}, (404, MISSING_ONE, "No tag with name: no in run with")),
    ("POST", "runs/delete-tag", {"run_id": ABSENT, "key": "t"}, NO_RUN),
    ("POST", "runs/delete-tag", {"run_id": "{gone}", "key": "t"}, GONE),
    # batches
    ("POST", "runs/log-batch", {}, missing("run_id")),
    ("POST", "runs/log-batch", {"run_id": ABSENT}, NO_RUN),
    ("POST", "runs/log-batch", {"run_id": "{gone}"}, GONE),
    (
        "POST",
        "runs/log-batch",
        {"run_id": "x/y z"},
        (400, INVALID, "Invalid value \"x/y z\" for parameter 'run_id' supplied."),
    ),
    ("POST", "runs/log-batch", batch(metrics=[{}]), missing("metrics[0].key")),
    ("POST", "runs/log-batch", batch(metrics=points({}, {"key": ""})), missing("metrics[1].key")),
    ("POST", "runs/log-batch", batch(metrics=[{"key": "a", "value": 1}]), missing("metrics[0].timestamp")),
    ("POST", "runs/log-batch", batch(metrics=[{"key": "a", "timestamp": 1}]), missing("metrics[0].value")),
    ("POST", "runs/log-batch", batch(metrics=points({"value": None})), missing("metrics[0].value")),
    (
        "POST",
        "runs/log-batch",
        batch(metrics=points({}, {"timestamp": -1})),
        (400, INVALID, "Invalid value -1 for parameter 'metrics[1].timestamp' supplied: metric 'm' (value=1.0)."),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(metrics=points({"key": "../x"})),
        (400, INVALID, f"for parameter 'metrics[0].name' supplied: {PATH_LIKE}"),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(metrics=points({"key": "k" * 251})),
        (400, INVALID, "'Metric name' exceeds the maximum length of 250 characters"),
    ),
    ("POST", "runs/log-batch", batch(metrics="abc"), wrong("metrics", '"abc"', "str")),
    ("POST", "runs/log-batch", batch(metrics={"key": "a"}), (400, INVALID, "for parameter 'metrics' supplied:  Hint")),
    (
        "POST",
        "runs/log-batch",
        batch(params=[{"key": "d", "value": "1"}, {"key": "d", "value": "1"}]),
        (400, INVALID, "Duplicate parameter keys have been submitted: ['d']."),
    ),
    ("POST", "runs/log-batch", batch(params=[{"value": "z"}]), missing("params[0].key")),
    ("POST", "runs/log-batch", batch(params=[{"key": "", "value": "z"}]), missing("params[0].key")),
    (
        "POST",
        "runs/log-batch",
        batch(params=[{"key": "../x", "value": "1"}]),
        (400, INVALID, f"for parameter 'params[0].key' supplied: {PATH_LIKE}"),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(params=[{"key": "k" * 251, "value": "1"}]),
        (400, INVALID, "'Param key' exceeds the maximum length of 250 characters"),
    ),
    ("POST", "runs/log-batch", batch(tags=[{"value": "1"}]), missing("tags[0].key")),
    ("POST", "runs/log-batch", batch(tags=[{"key": "", "value": "1"}]), missing("tags[0].key")),
    (
        "POST",
        "runs/log-batch",
        batch(tags=[{"key": "k" * 251, "value": "1"}]),
        (400, INVALID, "'tags[0].key' exceeds the maximum length of 250 characters"),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(metrics=points(*({"step": i} for i in range(1001)))),
        (400, INVALID, "A batch logging request can contain at most 1000 metrics. Got 1001 metrics."),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(params=[{"key": f"p{i}", "value": "1"} for i in range(101)]),
        (400, INVALID, "A batch logging request can contain at most 100 params. Got 101 params."),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(tags=[{"key": f"t{i}", "value": "1"} for i in range(101)]),
        (400, INVALID, "A batch logging request can contain at most 100 tags. Got 101 tags."),
    ),
    (
        "POST",
        "runs/log-batch",
        batch(
            metrics=points(*({"step": i} for i in range(950))),
            params=[{"key": f"p{i}", "value": "1"} for i in range(51)],
        ),
        (400, INVALID, "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics,"),
    ),
]


def title(row: object) -> str:
    return json.dumps(row, ensure_ascii=True)[:60] if isinstance(row, (dict, list)) else str(row)[:60]


def send(wire: Wire, method: str, route: str, content: object) -> Answer:
    return wire.get(route, **content) if method == "GET" else wire.post(route, content)


@pytest.mark.parametrize(("method", "route", "content", "wanted"), ROWS, ids=title)
def test_bad_input(wire, world, method, route, content, wanted):
    before = wire.get("runs/get", run_id=world.run).ok()
    status, code, fragment = wanted
    problem = send(wire, method, route, world.fill(content)).refused(status, code, world.fill(fragment))
    assert set(problem) >= {"error_code", "message"}
    assert wire.get("runs/get", run_id=world.run).ok() == before  # nothing of it was kept


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("method", "route", "content", "wanted"), ROWS, ids=title)
def test_error_tells_nothing_of_the_servers_inside(wire, world, method, route, content, wanted):
    send(wire, method, route, world.fill(content)).tells_nothing_of_its_insides()


def test_error_body_has_mlflows_fields(wire):
    assert wire.get("runs/get", run_id=ABSENT).refused(404) == {
        "error_code": MISSING_ONE,
        "message": f"Run with id={ABSENT} not found",
        "sqlstate": "KAM00",
        "error_class": "RESOURCE_NOT_FOUND",
    }
    assert wire.get("runs/get").refused(400) == {
        "error_code": INVALID,
        "message": "Missing value for required parameter 'run_id'. "
        "See the API docs for more information about request parameters.",
        "sqlstate": "KAM00",
        "error_class": "INVALID_PARAMETER_VALUE",
    }


# What MLflow's server answers with 500, or with 200 after understanding half of it.
STRICTER: list[tuple[str, str, object]] = [
    ("POST", "experiments/update", {"experiment_id": "{lost}", "new_name": "zzz"}),
    ("POST", "experiments/create", {"name": "nul \x00 here"}),
    ("POST", "experiments/search", {"max_results": 5, "view_type": "BOGUS"}),
    ("POST", "experiments/search", {"max_results": 5, "view_type": 9}),
    ("POST", "experiments/search", {"max_results": 5, "order_by": [5]}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "start_time": 1.5}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "start_time": 2**63}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "start_time": [1]}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "tags": {"a": "b"}}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "tags": [5]}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "tags": [{"key": "a", "value": 5}]}),
    ("POST", "runs/create", {"experiment_id": "{exp}", "run_name": "nul \x00"}),
    ("POST", "runs/update", {"run_id": "{run}", "status": "BOGUS"}),
    ("POST", "runs/update", {"run_id": "{run}", "status": ["FINISHED"]}),
    ("POST", "runs/update", {"run_id": "{run}", "end_time": 2**63}),
    ("POST", "runs/update", {"run_id": "{run}", "end_time": 1.5}),
    ("POST", "runs/log-metric", metric(value=[1])),
    ("POST", "runs/log-metric", metric(value={"a": 1})),
    ("POST", "runs/log-batch", batch(metrics=[5])),
    ("POST", "runs/log-batch", batch(metrics=[None])),
    ("POST", "runs/log-batch", batch(metrics=points({}, {"value": "abc"}))),
    ("POST", "runs/log-batch", batch(metrics=points({}, {"timestamp": "abc"}))),
    ("POST", "runs/log-batch", batch(metrics=points({}, {"step": "abc"}))),
    ("POST", "runs/log-batch", batch(params=[{"key": "z", "value": 5}])),
    ("POST", "runs/log-batch", batch(params=[5])),
    ("POST", "runs/log-batch", batch(tags=[{"key": "z", "value": {"a": 1}}])),
    ("POST", "runs/log-batch", batch(tags=[{"key": "z", "value": "nul \x00"}])),
    ("POST", "runs/log-batch", batch(params=[{"key": "z", "value": "nul \x00"}])),
    ("POST", "runs/log-parameter", {"run_id": "{run}", "key": "z", "value": "nul \x00"}),
    ("POST", "runs/set-tag", {"run_id": "{run}", "key": "z", "value": "nul \x00"}),
    ("POST", "experiments/set-experiment-tag", {"experiment_id": "{exp}", "key": "z", "value": "nul \x00"}),
]


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("method", "route", "content"), STRICTER, ids=title)
def test_input_that_mlflow_half_parses_is_refused(wire, world, method, route, content):
    before = wire.get("runs/get", run_id=world.run).ok()
    answer = send(wire, method, route, world.fill(content))
    answer.refused(400)
    answer.tells_nothing_of_its_insides()
    assert wire.get("runs/get", run_id=world.run).ok() == before


@pytest.mark.fourfold_only
@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999", "9" * 1000])
def test_experiment_id_beyond_a_long_is_a_mistake_of_the_client(wire, number):
    answer = wire.get("experiments/get", experiment_id=number)
    assert answer.status in (400, 404)
    answer.refused(answer.status)


@pytest.mark.parametrize("kind", ["runs", "experiments"])
def test_equal_tag_keys_at_creation_are_refused(wire, world, unique, kind):
    tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    if kind == "runs":
        wire.post("runs/create", {"experiment_id": world.experiment, "tags": tags}).refused(400)
    else:
        wire.post("experiments/create", {"name": unique, "tags": tags}).refused(400, EXISTS)
        wire.get("experiments/get-by-name", experiment_name=unique).refused(404, MISSING_ONE)


# --- bodies ---


def post_raw(wire: Wire, body: bytes | str, headers: dict[str, str] | None = None, route: str = "experiments/create"):
    return wire.send("POST", path_of(route), body, JSON if headers is None else headers)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Bad Request. Content-Type header is missing."),
        ({"Content-Type": "text/plain"}, "Bad Request. Content-Type must be one of ['application/json']."),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "Content-Type must be one of ['application/json']."),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "Content-Type must be one of ['application/json']."),
        ({"Content-Type": "application/vnd.api+json"}, "Content-Type must be one of ['application/json']."),
    ],
)
def test_body_of_another_type_is_refused(wire, unique, headers, message):
    post_raw(wire, json.dumps({"name": unique}), headers).refused(400, INVALID, message)
    wire.get("experiments/get-by-name", experiment_name=unique).refused(404, MISSING_ONE)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "application/json;x=y"])
def test_body_of_json_is_taken(wire, unique, content_type):
    assert post_raw(wire, json.dumps({"name": unique}), {"Content-Type": content_type}).ok()["experiment_id"]


def test_body_with_unknown_fields_is_taken(wire, unique):
    body = {"name": unique, "nope": 1, "deeper": {"a": [1, {"b": None}]}}
    assert wire.post("experiments/create", body).ok()["experiment_id"]


def test_body_in_camel_case_is_taken_but_not_for_required_fields(wire, unique, run_id):
    made = wire.post("experiments/create", {"name": unique, "artifactLocation": "s3://x/y"}).ok()["experiment_id"]
    found = wire.get("experiments/get", experiment_id=made).ok()["experiment"]
    assert found["artifact_location"] == "s3://x/y"
    both = {"name": unique + "2", "artifactLocation": "s3://x/y", "artifact_location": "s3://x/y"}
    wire.post("experiments/create", both).refused(
        400, INVALID, "Request specifies both 'artifact_location' and 'artifactLocation'; provide only one of them."
    )
    wire.post("runs/log-metric", {"runId": run_id, "key": "m", "value": 1, "timestamp": 1}).refused(*missing("run_id"))


def test_run_may_be_named_by_its_older_field(wire, run_id):
    wire.post("runs/log-metric", {"run_uuid": run_id, "key": "m", "value": 1, "timestamp": 1}).ok()
    wire.post("runs/log-metric", {"run_uuid": run_id, "run_id": run_id, "key": "m", "value": 1, "timestamp": 1}).ok()


def test_body_that_is_a_text_of_json_is_decoded(wire, unique):
    assert post_raw(wire, json.dumps(json.dumps({"name": unique}))).ok()["experiment_id"]


@pytest.mark.parametrize(
    "body",
    ['{"experiment_id"', "", "null", '{"name": "x",}', '{"name": "x"} x', "{'name': 'x'}", b'{"name":"\xff\xfe"}'],
    ids=str,
)
def test_body_that_is_no_json_is_refused(wire, body):
    post_raw(wire, body).refused(400, INVALID)


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"x"',
        "5",
        "true",
        "[" * 20_000 + "]" * 20_000,
        '{"name":' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"name":' * 20_000 + "1" + "}" * 20_000,
        '{"x":' + "[" * 5000,
        '{"name": "a", "name": "b"} {"name": "c"}',
        '{"name": "lone \\ud800 surrogate"}',
        '{"name": "half \\udc00"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\xc0\xaf"}',
        b'{"name": "cut \xe2\x82',
        b"\xff\xfe{\x00}\x00",
        '{"name": "nul \\u0000"}',
        '{"name": "raw \x00 nul"}',
        '{"name": "raw \n line"}',
        '{"name": NaN}',
        '{"name": 1e999999999}',
        '{"name": ' + "9" * 100_000 + "}",
        "{" + ",".join(f'"k{i}": 1' for i in range(100_000)) + "}",
    ],
    ids=lambda body: repr(body)[:40],
)
def test_hostile_body_is_refused_at_once(wire, body):
    soon = 0.1 if len(body) < 500_000 else 0.5
    took = []
    while len(took) < 50 and not any(one < soon for one in took):  # the machine may be busy, the parser may not
        began = time.perf_counter()
        answer = post_raw(wire, body)
        took.append(time.perf_counter() - began)
        answer.refused(400, INVALID)
        answer.tells_nothing_of_its_insides()
    assert min(took) < soon, took


@pytest.mark.fourfold_only
def test_compressed_bomb_is_refused(wire):
    import gzip

    bomb = gzip.compress(b'{"name": "' + b"a" * 100_000_000 + b'"}')
    began = time.perf_counter()
    answer = post_raw(wire, bomb, {**JSON, "Content-Encoding": "gzip"})
    assert answer.status in (400, 413, 415), answer.text
    assert time.perf_counter() - began < 30


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "value",
    ["'; DROP TABLE experiments; --", "x' OR '1'='1", "$(id)", "{{7*7}}", "${jndi:ldap://x}", "<script>", "a\r\nb: c"],
)
def test_hostile_text_is_plain_data_or_refused(wire, unique, value):
    answer = wire.post("experiments/create", {"name": value + unique})
    if "\r\n" in value and answer.status == 400:
        return
    made = answer.ok()["experiment_id"]
    assert wire.get("experiments/get", experiment_id=made).ok()["experiment"]["name"] == value + unique
    wire.post("experiments/delete", {"experiment_id": made}).ok()


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "run", ["' OR 1=1 --", "*", "a:b", "x\r\nDEL y", "..", "%00", "\x00", "r" * 100_000, '{"$gt": ""}', "0" * 31 + "*"]
)
def test_hostile_run_id_finds_nothing(wire, run):
    body = {"run_id": run, "key": "k", "value": "v"}
    for answer in (
        wire.post("runs/set-tag", body),
        wire.post("runs/log-metric", {**body, "value": 1, "timestamp": 1}),
        wire.post("runs/log-batch", {"run_id": run}),
        wire.post("runs/update", {"run_id": run, "status": "FINISHED"}),
        wire.post("runs/delete", {"run_id": run}),
    ):
        assert answer.status in (400, 404), answer.text[:300]
        answer.refused(answer.status)
        answer.tells_nothing_of_its_insides()
    if len(run) < 1000:
        answer = wire.get("runs/get", run_id=run)
        assert answer.status in (400, 404), answer.text[:300]
        answer = wire.get("metrics/get-history", run_id=run, metric_key="m")
        assert answer.status in (200, 400, 404) and b"metrics" not in answer.body
