"""The search of runs: filters, order, pages, views. Six runs, and what each question must find."""

from __future__ import annotations

import mlflow
import pytest
from mlflow.entities import ViewType

# name: start_time, status, metrics (key: value or list of steps), params, tags
RUNS: dict[str, dict] = {
    "a": {
        "start": 1000,
        "end": 5000,
        "status": "FINISHED",
        "metrics": {"loss": [0.9, 0.1], "my metric.x/1": 1},
        "params": {"lr": "0.1", "my param.x": "y"},
        "tags": {"team": "Vision", "my tag.x": "z"},
    },
    "b": {
        "start": 2000,
        "end": 4000,
        "status": "FAILED",
        "metrics": {"loss": [0.5], "neg": -2},
        "params": {"lr": "0.01", "opt": "sgd"},
        "tags": {"team": "vision"},
    },
    "c": {"start": 3000, "status": "RUNNING", "metrics": {"loss": ["NaN"]}, "params": {"lr": "10%"}, "tags": {}},
    "d": {
        "start": 3000,
        "status": "RUNNING",
        "metrics": {"neg": 0},
        "params": {"opt": "adam_w"},
        "tags": {"team": "speech"},
    },
    "e": {"start": 4000, "status": "KILLED", "metrics": {"loss": ["Infinity"]}, "params": {}, "tags": {"empty": ""}},
    "f": {"start": 0, "status": "RUNNING", "metrics": {}, "params": {"lr": ""}, "tags": {"team": "it's \"q\""}},
}


@pytest.fixture(scope="module")
def six(wire, new_experiment, new_run) -> tuple[str, dict[str, str]]:
    """The experiment, and the run ids by name. The runs c and d start at one time: their ids decide."""
    experiment_id = new_experiment()
    ids = {}
    for name, run in RUNS.items():
        ids[name] = new_run(experiment_id, run_name=name, user_id=f"user {name}", start_time=run["start"])
        metrics = []
        for key, values in run["metrics"].items():
            for step, value in enumerate(values if isinstance(values, list) else [values]):
                metrics.append({"key": key, "value": value, "timestamp": step, "step": step})
        body = {
            "run_id": ids[name],
            "metrics": metrics,
            "params": [{"key": k, "value": v} for k, v in run["params"].items()],
            "tags": [{"key": k, "value": v} for k, v in run["tags"].items()],
        }
        wire.post("runs/log-batch", body).ok()
        end = {"end_time": run["end"]} if "end" in run else {}
        wire.post("runs/update", {"run_id": ids[name], "status": run["status"], **end}).ok()
    deleted = new_run(experiment_id, run_name="g", start_time=9000)
    wire.post("runs/delete", {"run_id": deleted}).ok()
    return experiment_id, ids


def search(wire, experiment_id: str, **query: object) -> str:
    found = wire.post("runs/search", {"experiment_ids": [experiment_id], **query}).ok().get("runs", [])
    return "".join(run["info"]["run_name"] for run in found)


def by_name(found: str) -> str:
    return "".join(sorted(found))


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("", "abcdef"),
        # metrics: the latest value counts
        ("metrics.loss < 0.3", "a"),
        ("metrics.loss = 0.5", "b"),
        ("metrics.loss = 0.9", ""),
        ("metrics.loss != 0.5", "ace"),
        ("metrics.loss >= 0.1", "abe"),
        ("metrics.loss > 0.1", "be"),
        ("metrics.loss <= 0.5", "ab"),
        ("metrics.loss > -1", "abe"),
        ("metrics.loss > 1e300", "e"),
        ("metrics.neg < -1.5", "b"),
        ("metrics.neg = -2", "b"),
        ("metrics.neg <= 0", "bd"),
        ("metric.loss < 0.3", "a"),
        ("metrics.`loss` < 0.3", "a"),
        ('metrics."loss" < 0.3', "a"),
        ("metrics.`my metric.x/1` = 1", "a"),
        ("metrics.absent > 0", ""),
        ("metrics.Loss < 0.3", ""),
        # params
        ("params.lr = '0.1'", "a"),
        ('params.lr = "0.1"', "a"),
        ("params.lr != '0.1'", "bcf"),
        ("params.lr = ''", "f"),
        ("params.lr LIKE '0.%'", "ab"),
        ("params.lr LIKE '0._'", "a"),
        ("params.lr LIKE '%'", "abcf"),
        ("params.opt LIKE 'ADAM%'", ""),
        ("params.opt ILIKE 'ADAM%'", "d"),
        ("params.opt IS NULL", "acef"),
        ("params.opt IS NOT NULL", "bd"),
        ("params.lr IS NOT NULL", "abcf"),
        ("param.lr = '0.01'", "b"),
        ("parameter.lr = '0.01'", "b"),
        ("parameters.lr = '0.01'", "b"),
        ("params.`my param.x` = 'y'", "a"),
        ('params."my param.x" = \'y\'', "a"),
        # tags
        ("tags.team = 'vision'", "b"),
        ("tag.team = 'Vision'", "a"),
        ("tags.team != 'vision'", "adf"),
        ("tags.team ILIKE 'VISION'", "ab"),
        ("tags.team LIKE '%isio%'", "ab"),
        ("tags.team IS NULL", "ce"),
        ("tags.empty = ''", "e"),
        ("tags.empty IS NOT NULL", "e"),
        ("tags.`my tag.x` = 'z'", "a"),
        ("tags.mlflow.runName = 'c'", "c"),
        ("tags.`mlflow.runName` = 'c'", "c"),
        # attributes
        ("attributes.status = 'FINISHED'", "a"),
        ("status = 'RUNNING'", "cdf"),
        ("status != 'RUNNING'", "abe"),
        ("attribute.status LIKE 'F%'", "ab"),
        ("attr.status ILIKE 'f%'", "ab"),
        ("run.status = 'KILLED'", "e"),
        ("status = 'no such'", ""),
        ("run_name = 'a'", "a"),
        ("attributes.run_name != 'a'", "bcdef"),
        ("run_name LIKE '_'", "abcdef"),
        ("`run name` = 'b'", "b"),
        ("attributes.`Run name` = 'b'", "b"),
        ("\"Run Name\" = 'b'", "b"),
        ("user_id = 'user d'", "d"),
        ("user_id LIKE 'user%'", "abcdef"),
        ("artifact_uri LIKE 'mlflow-artifacts:%'", "abcdef"),
        ("start_time > 2000", "cde"),
        ("start_time >= 2000", "bcde"),
        ("start_time = 3000", "cd"),
        ("start_time != 3000", "abef"),
        ("attributes.start_time < 1", "f"),
        ("created <= 1000", "af"),
        ("Created = 4000", "e"),
        ("end_time > 4500", "a"),
        ("end_time <= 4500", "b"),
        ("attributes.end_time != 4000", "a"),
        ("run_id = '{a}'", "a"),
        ("attributes.run_id != '{a}'", "bcdef"),
        ("run_id IN ('{a}', '{d}')", "ad"),
        ("run_id IN ('{a}')", "a"),
        ("attributes.run_id NOT IN ('{a}', '{d}')", "bcef"),
        ("run_id IN ('no such')", ""),
        # together
        ("metrics.loss < 1 AND params.lr = '0.1'", "a"),
        ("metrics.loss < 1 and status = 'FAILED' aNd tags.team = 'vision'", "b"),
        ("metrics.loss > 0.01 AND metrics.loss < 0.3", "a"),
        ("params.lr = '0.1' AND params.lr = '0.01'", ""),
        ("tags.team IS NULL AND params.lr IS NOT NULL", "c"),
        ("  metrics.loss<0.3  ", "a"),
        ("params.lr='0.1'\n AND\ttags.team='Vision'", "a"),
        # text that only looks dangerous
        ("params.lr = '0.1; DROP TABLE runs'", ""),
        ("tags.team = 'x OR 1=1'", ""),
        ("tags.team = '🚀'", ""),
    ],
)
def test_filter_finds(wire, six, filter_string, expected):
    experiment_id, ids = six
    filter_string = filter_string.format(**ids) if "{" in filter_string else filter_string
    assert by_name(search(wire, experiment_id, filter=filter_string)) == expected


@pytest.mark.parametrize(
    ("filter_string", "fragment"),
    [
        ("metrics.loss", "Invalid clause(s) in filter string: 'metrics.loss'"),
        ("metrics.loss = 'a'", "Expected numeric value type for metric. Found 'a'"),
        ("metrics.loss = a", "Expected numeric value type for metric. Found a"),
        ("metrics.loss > NaN", "Expected numeric value type for metric. Found NaN"),
        ("metrics.loss IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("params.lr = 0.1", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 0.1"),
        ("params.lr > '1'", "Invalid comparator '>' not one of"),
        ("params.lr = lr", "Parameter value is either not quoted or unidentified quote types"),
        ("params.lr IN ('a')", "Expected a quoted string value for parameter"),
        ("params.a == '1'", "Invalid comparator '==' not one of"),
        ("params.a <> '1'", "Invalid comparator '<>' not one of"),
        ("tags.t = 1", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 1"),
        ("tags.t IN ('a')", "Expected a quoted string value for tag"),
        ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("status IN ('FINISHED')", "Only ['run_id'] attributes support comparison with a list"),
        ("run_name IN ('a')", "Only ['run_id'] attributes support comparison with a list"),
        ("run_name IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("status = 3", "Expected a quoted string value for attributes. Got value 3"),
        ("status > 'FINISHED'", "Invalid comparator '>' not one of"),
        ("start_time > 'abc'", "Expected numeric value type for numeric attribute: start_time. Found 'abc'"),
        ("start_time > '5'", "Expected numeric value type for numeric attribute: start_time. Found '5'"),
        ("bogus.x = '1'", "Invalid entity type 'bogus'. Valid values are"),
        ("bogus = '1'", "Invalid attribute key 'bogus' specified. Valid keys are"),
        ("lifecycle_stage = 'active'", "Invalid attribute key 'lifecycle_stage' specified."),
        ("experiment_id = '1'", "Invalid attribute key 'experiment_id' specified."),
        ("params.a = '1' OR params.b = '2'", "Invalid clause(s) in filter string: 'OR'"),
        ("(params.a = '1')", "Invalid clause(s) in filter string:"),
        ("NOT params.a = '1'", "Invalid clause(s) in filter string: 'NOT'"),
        ("params.a = '1'; DROP TABLE runs", "Search filter contained multiple expression"),
        ("params.a = '1", "Invalid clause(s) in filter string:"),
        ("params.`a = '1'", "Invalid clause(s) in filter string:"),
        ("'a' = params.a", "Invalid comparison clause."),
        ("1 = 1", "Invalid comparison clause."),
        ("params.a IS", "Invalid clause(s) in filter string:"),
        ("datasets.bogus = 'x'", "Invalid dataset key 'bogus' specified."),
    ],
)
def test_filter_that_says_nothing_is_refused(wire, six, filter_string, fragment):
    answer = wire.post("runs/search", {"experiment_ids": [six[0]], "filter": filter_string})
    answer.refused(400, "INVALID_PARAMETER_VALUE", fragment)


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "filter_string",
    [
        "params.a = '1' /* */ OR 1=1",
        "params.a = '1' -- comment",
        "params.a = '1' union select 1",
        "tags.team = 'a' 'b'",
        "params.a = '\x00'",
        "x" * 100_000,
        "(" * 5000 + "params.a = '1'" + ")" * 5000,
        " AND ".join(["params.a = '1'"] * 2000),
    ],
    ids=lambda text: text[:30],
)
def test_hostile_filter_is_refused(wire, six, filter_string):
    answer = wire.post("runs/search", {"experiment_ids": [six[0]], "filter": filter_string})
    answer.refused(400, "INVALID_PARAMETER_VALUE")
    answer.tells_nothing_of_its_insides()


@pytest.mark.fourfold_only
def test_pattern_that_is_costly_to_match_is_answered_soon(wire, experiment_id, new_run):
    run = new_run(experiment_id)
    wire.post("runs/set-tag", {"run_id": run, "key": "t", "value": "a" * 8000}).ok()
    pattern = "%a" * 2000 + "b"
    answer = wire.send(
        "POST",
        "/api/2.0/mlflow/runs/search",
        '{"experiment_ids": ["%s"], "filter": "tags.t LIKE \'%s\'"}' % (experiment_id, pattern),
        {"Content-Type": "application/json"},
        timeout=6,
    )
    assert answer.status in (200, 400), answer.text


def test_default_order_is_newest_first_then_by_id(wire, six):
    experiment_id, ids = six
    cd = "".join(sorted("cd", key=ids.get))
    assert search(wire, experiment_id) == f"e{cd}baf"


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (["start_time ASC"], "fab{cd}e"),
        (["attributes.start_time DESC"], "e{cd}baf"),
        (["created DESC"], "e{cd}baf"),
        # runs with a value first, then NaN, then without: in both directions
        (["metrics.loss ASC"], "abecdf"),
        (["metrics.loss"], "abecdf"),
        (["metrics.loss DESC"], "ebacdf"),
        (["metrics.`loss` DESC"], "ebacdf"),
        (["params.lr ASC"], "fbac"),
        (["params.lr DESC"], "cabf"),
        (["tags.empty"], "e"),
        (["end_time ASC"], "ba"),
        (["end_time DESC"], "ab"),
        (["run_name DESC"], "fedcba"),
        (["attributes.run_name"], "abcdef"),
        (["status ASC", "run_name DESC"], "baefdc"),  # FAILED, FINISHED, KILLED, RUNNING
        (["params.opt", "start_time ASC"], "dbfa"),
        (["metrics.neg desc"], "db"),
    ],
)
def test_order(wire, six, order_by, expected):
    experiment_id, ids = six
    if "{cd}" in expected:
        expected = expected.replace("{cd}", "".join(sorted("cd", key=ids.get)))
    found = search(wire, experiment_id, order_by=order_by)
    assert by_name(found) == "abcdef"
    assert found.startswith(expected), f"{found}, wanted {expected}"


@pytest.mark.parametrize(
    ("order_by", "fragment"),
    [
        (["bogus"], "Invalid attribute key 'bogus' specified."),
        (["metrics.loss SIDEWAYS"], "Invalid ordering key in order_by clause 'metrics.loss SIDEWAYS'."),
        (["a b c"], "Invalid order_by clause 'a b c'. Could not be parsed."),
        ([""], "Invalid order_by clause ''. Could not be parsed."),
        (["datasets.name"], "Invalid identifier type 'dataset'"),
        ("start_time", 'Invalid value "start_time" for parameter \'order_by\' supplied:  Hint: Value was of type'),
    ],
)
def test_order_that_cannot_be_is_refused(wire, six, order_by, fragment):
    wire.post("runs/search", {"experiment_ids": [six[0]], "order_by": order_by}).refused(
        400, "INVALID_PARAMETER_VALUE", fragment
    )


@pytest.mark.fourfold_only
@pytest.mark.parametrize("order_by", [["metrics.loss", "metrics.loss"], ["start_time", "attributes.start_time DESC"]])
def test_order_twice_by_one_field_is_a_mistake_of_the_client(wire, six, order_by):
    wire.post("runs/search", {"experiment_ids": [six[0]], "order_by": order_by}).refused(
        400, "INVALID_PARAMETER_VALUE", "`order_by` contains duplicate fields"
    )


@pytest.mark.fourfold_only
@pytest.mark.parametrize("order", ["start_time; DROP TABLE runs", "start_time, (select 1)", "metrics.loss ASC NULLS FIRST"])
def test_order_is_never_sql(wire, six, order):
    answer = wire.post("runs/search", {"experiment_ids": [six[0]], "order_by": [order]})
    answer.refused(400, "INVALID_PARAMETER_VALUE")
    answer.tells_nothing_of_its_insides()


@pytest.mark.parametrize(("view", "expected"), [("ACTIVE_ONLY", "abcdef"), ("DELETED_ONLY", "g"), ("ALL", "abcdefg")])
def test_view_type(wire, six, view, expected):
    assert by_name(search(wire, six[0], run_view_type=view)) == expected


@pytest.mark.parametrize("order_by", [[], ["metrics.loss DESC"], ["params.lr"], ["status", "start_time ASC"]])
@pytest.mark.parametrize("size", [1, 2, 4, 6, 7])
def test_pages_give_each_run_once_in_order(wire, six, order_by, size):
    whole = search(wire, six[0], order_by=order_by)
    seen, token, pages = "", None, 0
    while pages == 0 or token:
        body = {"experiment_ids": [six[0]], "order_by": order_by, "max_results": size}
        page = wire.post("runs/search", {**body, **({"page_token": token} if token else {})}).ok()
        assert len(page["runs"]) <= size
        seen += "".join(run["info"]["run_name"] for run in page["runs"])
        token, pages = page.get("next_page_token"), pages + 1
    assert seen == whole
    assert pages == -(-6 // size)  # no token where nothing follows


@pytest.mark.parametrize(
    ("query", "fragment"),
    [
        ({"max_results": 0}, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer"),
        ({"max_results": -1}, "Invalid value -1 for parameter 'max_results' supplied."),
        ({"max_results": 50001}, "Invalid value 50001 for parameter 'max_results' supplied"),
        ({"max_results": "x"}, "Invalid value \"x\" for parameter 'max_results' supplied"),
        ({"page_token": "zzz"}, "Invalid page token"),
        ({"experiment_ids": ["abc"]}, "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."),
        ({"experiment_ids": "1"}, "Invalid value \"1\" for parameter 'experiment_ids' supplied"),
        ({"filter": 5}, "Invalid value 5 for parameter 'filter' supplied:  Hint: Value was of type 'int'."),
    ],
)
def test_query_that_cannot_be_is_refused(wire, six, query, fragment):
    wire.post("runs/search", {"experiment_ids": [six[0]], **query}).refused(400, "INVALID_PARAMETER_VALUE", fragment)


@pytest.mark.fourfold_only
@pytest.mark.parametrize("query", [{"run_view_type": "BOGUS"}, {"run_view_type": 99}, {"run_view_type": {"a": 1}}])
def test_unknown_view_type_is_refused(wire, six, query):
    wire.post("runs/search", {"experiment_ids": [six[0]], **query}).refused(400, "INVALID_PARAMETER_VALUE")


def test_search_without_experiments_finds_nothing(wire):
    assert wire.post("runs/search", {}).ok() == {}
    assert wire.post("runs/search", {"experiment_ids": ["99999999"]}).ok() == {}


def test_search_spans_experiments(wire, six, new_experiment, new_run):
    other = new_experiment()
    new_run(other, run_name="z", start_time=10_000)
    body = {"experiment_ids": [six[0], other], "max_results": 3}
    found = wire.post("runs/search", body).ok()["runs"]
    assert [run["info"]["run_name"] for run in found][:2] == ["z", "e"]


def test_found_run_is_the_run(wire, six):
    experiment_id, ids = six
    (found,) = wire.post("runs/search", {"experiment_ids": [experiment_id], "filter": "run_name = 'a'"}).ok()["runs"]
    run = wire.get("runs/get", run_id=ids["a"]).ok()["run"]
    assert found["info"] == run["info"]
    for kind in ("metrics", "params", "tags"):
        assert sorted(found["data"][kind], key=lambda i: i["key"]) == sorted(run["data"][kind], key=lambda i: i["key"])


def test_client_searches_into_a_data_frame(client, six):
    frame = mlflow.search_runs([six[0]], filter_string="metrics.loss < 0.6", order_by=["metrics.loss ASC"])
    assert list(frame["tags.mlflow.runName"]) == ["a", "b"]
    assert list(frame["metrics.loss"]) == [0.1, 0.5]
    assert frame["params.opt"][1] == "sgd"
    found = client.search_runs([six[0]], run_view_type=ViewType.ALL, max_results=5)
    assert len(found) == 5 and found.token
    assert len(client.search_runs([six[0]], run_view_type=ViewType.ALL, page_token=found.token)) == 2
