"""What in MLflow's protocol surprises who serves it, row by row: the table that says where each trap is tested.

A case is named for its row: W what goes over the wire, C codes and statuses, B bad input, L lengths, S what things
mean, G the grammar of searches. README.md names the rows, and the tests that go deeper into one; `pytest -k B06` runs
the cases of that row.

A case is a list of requests with what each must give, in the words of `asking.py`. MLflow's own server passes all cases
but those marked `meant`, where Fourfold means to differ. W07, what a client sends again, is in `test_retries.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import mlflow
import numpy
import pytest
from asking import (
    ABSENT,
    EXISTS,
    INVALID,
    JSON,
    NOW,
    OPAQUE,
    Ask,
    Scene,
    batch,
    dataset,
    delete,
    experiment,
    experiment_tag,
    fetch,
    get,
    history,
    log_inputs,
    log_metric,
    metric,
    new_version,
    patch,
    post,
    put,
    registered,
    run,
    set_tag,
)
from mlflow.entities import Metric, Param, RunTag
from wire import Answer

NO_RUN = "0" * 32
HUGE = 1.7976931348623157e308  # what MLflow answers for an infinity
AJAX = "/ajax-api/2.0/mlflow/"


@dataclass(frozen=True)
class Case:
    row: str
    title: str
    steps: tuple[Callable[[Scene], object], ...]
    meant: bool = False


def case(row: str, title: str, *steps: Callable[[Scene], object]) -> Case:
    return Case(row, title, steps)


def meant(row: str, title: str, *steps: Callable[[Scene], object]) -> Case:
    """One where Fourfold means to differ from MLflow's server."""
    return Case(row, title, steps, meant=True)


# --- short names for what many rows ask ---


def search(filter_string: str = "", **more: Any) -> Ask:
    """Of the runs of `{exp}`."""
    return post("runs/search", experiment_ids=["{exp}"], filter=filter_string, **more)


def found(filter_string: str, *names: str, **more: Any) -> Ask:
    return search(filter_string, **more).gives("runs.*.info.run_name", list(names))


def new_run(name: str, keep: str, **more: Any) -> Ask:
    return post("runs/create", experiment_id="{exp}", run_name=name, **more).keep(keep, "run.info.run_id")


def missing(name: str) -> tuple[int, str, str]:
    return 400, INVALID, f"Missing value for required parameter '{name}'. See the API docs for more information"


def wrong(name: str, value: str, kind: str) -> tuple[int, str, str]:
    return 400, INVALID, f"Invalid value {value} for parameter '{name}' supplied:  Hint: Value was of type '{kind}'."


def html(status: int) -> Callable[[Answer], object]:
    return lambda answer: (
        answer.status == status
        and answer.headers["content-type"].startswith("text/html")
        and "error_code" not in answer.text
    )


def close(wanted: Any) -> Callable[[Any], bool]:
    """Equal, whatever the order."""
    return lambda found: sorted(map(repr, found)) == sorted(map(repr, wanted))


PATH_LIKE = "Names may be treated as files in certain cases, and must not resolve to other names"
BAD_SIGNS = "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:)"
BAD_SOURCE = (400, INVALID, "Invalid model version source")
BAD_TOKEN = (400, INVALID, "Invalid page token")


# --- cases that only MLflow's client or a function can tell ---


def client_falls_back_on_an_unknown_route(scene: Scene) -> None:
    from mlflow.utils.credentials import get_default_host_creds
    from mlflow.utils.rest_utils import http_request, verify_rest_response

    answer = http_request(get_default_host_creds(scene.wire.url), "/api/2.0/mlflow/nope", "GET")
    with pytest.raises(mlflow.MlflowException) as caught:
        verify_rest_response(answer, "/api/2.0/mlflow/nope")
    assert caught.value.error_code in ("ENDPOINT_NOT_FOUND", "NOT_FOUND")


def client_walks_a_history_by_its_tokens(scene: Scene) -> None:
    for start in range(0, 3000, 1000):
        batch(metrics=[metric(i, NOW + i, i) for i in range(start, start + 1000)])(scene)
    points = scene.client.get_metric_history(scene["run"], "m")
    assert [point.step for point in points] == list(range(3000))


def ids_grow(scene: Scene) -> None:
    assert int(scene["a"]) < int(scene["b"])


def client_logs_an_image(scene: Scene) -> None:
    scene.client.log_image(scene["run"], numpy.zeros((4, 4, 3), dtype=numpy.uint8), key="frame", step=0)
    paths = [file.path for file in scene.client.list_artifacts(scene["run"], "images")]
    assert len(paths) == 2
    assert all("frame+step+0+timestamp+" in path or "frame%step%0%timestamp%" in path for path in paths), paths


def client_cuts_nothing_itself(scene: Scene) -> None:
    """The client lets a long value pass, so that the server cuts it."""
    scene.client.log_batch(scene["run"], params=[Param("p", "v" * 7000)], tags=[RunTag("t", "v" * 9000)])
    data = scene.client.get_run(scene["run"]).data
    assert (len(data.params["p"]), len(data.tags["t"])) == (6000, 8000)


def client_reads_odd_numbers(scene: Scene) -> None:
    numbers = [float("nan"), float("inf"), float("-inf")]
    scene.client.log_batch(scene["run"], metrics=[Metric("m", v, NOW, step) for step, v in enumerate(numbers)])
    first, *rest = [point.value for point in scene.client.get_metric_history(scene["run"], "m")]
    assert first != first and rest == [HUGE, -HUGE]


def graphql_gives_null_for_no_number(scene: Scene) -> None:
    log_metric("NaN", step=1)(scene)
    question = (
        "query GetRun($data: MlflowGetRunInput!) { mlflowGetRun(input: $data) { run { data { metrics { value } } } } }"
    )
    body = {"operationName": "GetRun", "query": question, "variables": {"data": {"runId": scene["run"]}}}
    answer = scene.wire.post("/graphql", body).ok()
    assert answer["data"]["mlflowGetRun"]["run"]["data"]["metrics"] == [{"value": None}]


# --- the table ---

WIRE = [
    case(
        "W01",
        "long numbers are numbers, ids and versions are texts",
        post("runs/create", experiment_id="{exp}", start_time=NOW)
        .gives("run.info.start_time", NOW)
        .gives("run.info.experiment_id", "{exp}"),
        experiment.gives("experiment.creation_time", lambda n: type(n) is int),
        log_metric(1, 2**53 + 1, 2**62 + 1),
        history.gives("metrics.0.timestamp", 2**53 + 1).gives("metrics.0.step", 2**62 + 1),
        new_version()
        .gives("model_version.version", "1")
        .gives("model_version.creation_timestamp", lambda n: type(n) is int),
    ),
    case(
        "W01",
        "a long may come as a text too",
        post("runs/create", experiment_id="{exp}", start_time="17")
        .gives("run.info.start_time", 17)
        .keep("run", "run.info.run_id"),
        post("runs/update", run_id="{run}", end_time="18").gives("run_info.end_time", 18),
        log_metric(1, "19", "20"),
        batch(metrics=[metric("2", "21", "22")]),
        history.gives("metrics", [metric(1.0, 19, 20), metric(2.0, 21, 22)]),
    ),
    case(
        "W01",
        "what is empty is left out, but inputs and outputs of a run are not",
        post("experiments/search", max_results=5, filter="name = '{u}'").is_all({}),
        search().is_all({}),
        experiment.lacks("experiment.tags"),
        run.lacks("run.data.metrics")
        .lacks("run.data.params")
        .lacks("run.info.end_time")
        .gives("run.inputs", {})
        .gives("run.outputs", {}),
        history.is_all({}),
        registered.lacks("registered_model.latest_versions").lacks("registered_model.tags"),
    ),
    case(
        "W01",
        "a run is named by run_id and by run_uuid",
        run.gives("run.info.run_id", "{run}").gives("run.info.run_uuid", "{run}"),
        get("runs/get", run_uuid="{run}").gives("run.info.run_id", "{run}"),
        search().gives("runs.0.info.run_uuid", "{run}"),
    ),
    case(
        "W01",
        "every key is in snake case",
        batch([metric()], {"p": "1"}, {"t": "1"}),
        *(
            ask.raw(lambda answer: not re.search(r'"[a-z]+[A-Z]\w*":', answer.text))
            for ask in (run, experiment, history, search())
        ),
    ),
    case(
        "W02",
        "NaN goes in and out as a text, an infinity comes out as the greatest number",
        log_metric("NaN"),
        history.gives("metrics", [metric("NaN")]),
        run.gives("run.data.metrics", [metric("NaN")]),
        log_metric("Infinity", key="up"),
        log_metric("-Infinity", key="down"),
        get("metrics/get-history", run_id="{run}", metric_key="up").gives("metrics", [metric(HUGE, key="up")]),
        get("metrics/get-history", run_id="{run}", metric_key="down").gives("metrics", [metric(-HUGE, key="down")]),
    ),
    case("W02", "the client reads NaN and infinities", client_reads_odd_numbers),
    case(
        "W02",
        "the chart's history has a bare NaN",
        log_metric("NaN"),
        get(AJAX + "metrics/get-history-bulk", run_id="{run}", metric_key="m").raw(
            lambda answer: re.search(r'"value": ?NaN', answer.text)
        ),
    ),
    case("W02", "GraphQL gives null for NaN", graphql_gives_null_for_no_number),
    case(
        "W03",
        "unknown fields are ignored",
        post("experiments/create", name="{u}", nope={"a": [None]}),
        get("runs/get", run_id="{run}", nope="1"),
    ),
    case(
        "W03",
        "camel case is taken, but not for a required field, nor beside snake case",
        post("runs/create", experiment_id="{exp}", runName="by camel", startTime=5)
        .gives("run.info.run_name", "by camel")
        .gives("run.info.start_time", 5),
        post("runs/log-metric", runId="{run}", key="m", value=1, timestamp=1).refused(*missing("run_id")),
        post("experiments/create", name="{u}", artifact_location="s3://a", artifactLocation="s3://a").refused(
            400, INVALID, "Request specifies both 'artifact_location' and 'artifactLocation'; provide only one of them."
        ),
    ),
    case(
        "W03",
        "a body that is a text of JSON is decoded again",
        Ask("POST", "experiments/create", '"{\\"name\\": \\"{u}\\"}"'),
        get("experiments/get-by-name", experiment_name="{u}"),
    ),
    case(
        "W03",
        "POST needs a content type of JSON, PATCH and DELETE do not, and carry bodies",
        replace(post("experiments/create", name="{u}"), headers={}).refused(
            400, INVALID, "Content-Type header is missing"
        ),
        replace(post("experiments/create", name="{u}"), headers={"Content-Type": "text/plain"}).refused(
            400, INVALID, "Content-Type must be one of ['application/json']."
        ),
        replace(patch("registered-models/update", name="{model}", description="d"), headers={}).gives(
            "registered_model.description", "d"
        ),
        post("registered-models/set-tag", name="{model}", key="k", value="v"),
        replace(
            delete("registered-models/delete-tag", name="{model}", key="k"), headers={"Content-Type": "text/plain"}
        ),
        registered.lacks("registered_model.tags"),
        replace(delete("registered-models/delete", name="{model}"), headers={}),
        registered.refused(404, ABSENT),
    ),
    case(
        "W03",
        "lists in a GET are repeated parameters, and truth is written as Python does",
        post("experiments/create", name="{u}-a", tags=[{"key": "of", "value": "{u}"}]).keep("a", "experiment_id"),
        post("experiments/create", name="{u}-b", tags=[{"key": "of", "value": "{u}"}]).keep("b", "experiment_id"),
        get(
            "experiments/search", max_results=5, filter="tags.of = '{u}'", order_by=["last_update_time > 0", "name"]
        ).refused(400, INVALID),
        get(
            "experiments/search", max_results=5, filter="tags.of = '{u}'", order_by=["name DESC", "experiment_id"]
        ).gives("experiments.*.experiment_id", ["{b}", "{a}"]),
        delete("logged-models/{logged}"),
        get("logged-models/{logged}", allow_deleted="False").refused(404, ABSENT),
        get("logged-models/{logged}", allow_deleted="True").gives("model.info.model_id", "{logged}"),
    ),
    meant(
        "W04",
        "what cannot be read is refused, and nothing of it kept",
        post("runs/update", run_id="{run}", status="BOGUS", run_name="no").refused(400, INVALID),
        post("runs/update", run_id="{run}", end_time=2**63, run_name="no").refused(400, INVALID),
        search(run_view_type="BOGUS").refused(400, INVALID),
        log_metric(1, 2**63).refused(400, INVALID),
        batch([metric(), metric("abc", step=1)], {"p": "1"}, {"t": "1"}).refused(400, INVALID),
        Ask("POST", "runs/log-metric", '{"run_id": "{run}", "key": "m", "value": 1, "timestamp": NaN}').refused(
            400, INVALID
        ),
        run.gives("run.info.status", "RUNNING")
        .gives("run.info.run_name", lambda name: name != "no")
        .lacks("run.data.metrics"),
        history.is_all({}),
    ),
    meant(
        "W04",
        "a body that is no object is refused by every kind of route",
        *(
            Ask(method, route, body, JSON).refused(400, INVALID)
            for method, route in {
                "POST": "runs/search",
                "PATCH": "logged-models/{logged}/tags",
                "DELETE": "registered-models/delete-tag",
            }.items()
            for body in ("[]", "5", '"x"', "{", '{"run_id": }', "\x00")
        ),
    ),
    case(
        "W05",
        "a plus in a path is a plus, and signs are decoded once",
        put("{exp}/{run}/artifacts/a+b%20c%25d", b"content"),
        fetch("{exp}/{run}/artifacts/a%2Bb%20c%25d").raw(lambda answer: answer.body == b"content"),
        fetch("{exp}/{run}/artifacts/a+b c%25d".replace(" ", "%20")).raw(lambda answer: answer.body == b"content"),
        fetch("{exp}/{run}/artifacts/a%20b%20c%25d").refused(404, ABSENT),
    ),
    case("W05", "log_image's names come back", client_logs_an_image),
    case(
        "W05",
        "a path upwards, with a number sign, or absolute, is refused",
        *(
            ask(path).refused(400, INVALID, "Invalid path")
            for path in ("%2E%2E/x", "{exp}/%2e%2e/x", "{exp}/%252e%252e/x", "{exp}/a%23b", "%2Ftmp/x", "%2f%2ftmp/x")
            for ask in (put, fetch)
        ),
    ),
    case(
        "W06",
        "an error has four fields",
        get("runs/get", run_id=NO_RUN).raw(
            lambda answer: (
                answer.json()
                == {
                    "error_code": ABSENT,
                    "message": f"Run with id={NO_RUN} not found",
                    "sqlstate": "KAM00",
                    "error_class": "RESOURCE_NOT_FOUND",
                }
            )
        ),
    ),
    case(
        "W06",
        "an unknown route and a wrong method are answered in HTML",
        get("nope").raw(html(404)),
        post("experiments/nope").raw(html(404)),
        get("/nope").raw(html(404)),
        get("runs/create").raw(html(405)),
        post("experiments/get").raw(html(405)),
    ),
    case("W06", "the client takes an unknown route for an older server", client_falls_back_on_an_unknown_route),
]

CODES = [
    case("C01", "INVALID_PARAMETER_VALUE is 400", get("runs/get").refused(400, INVALID)),
    case(
        "C01",
        "BAD_REQUEST is 400",
        post("experiments/update", experiment_id="{exp}", new_name="Default").refused(400, "BAD_REQUEST"),
    ),
    case(
        "C01",
        "RESOURCE_ALREADY_EXISTS is 400, not 409",
        post("experiments/create", name="Default").refused(400, EXISTS),
    ),
    case("C01", "RESOURCE_DOES_NOT_EXIST is 404", get("runs/get", run_id=NO_RUN).refused(404, ABSENT)),
]

BAD = [
    case(
        "B01",
        "a required field is missing, null or empty",
        post("experiments/create").refused(*missing("name")),
        post("experiments/create", name=None).refused(*missing("name")),
        post("experiments/create", name="").refused(*missing("name")),
        batch([{"key": "m", "value": 1}]).refused(*missing("metrics[0].timestamp")),
        batch([metric(), {"key": "m", "timestamp": 1}]).refused(*missing("metrics[1].value")),
        batch(params=[{"value": "1"}]).refused(*missing("params[0].key")),
        post("runs/outputs", run_id="{run}").refused(*missing("models")),
        post("logged-models", name="m").refused(*missing("experiment_id")),
    ),
    case(
        "B02",
        "a field is of the wrong type",
        post("experiments/create", name=123).refused(*wrong("name", "123", "int")),
        log_metric("abc").refused(*wrong("value", '"abc"', "str")),
        post("runs/set-tag", run_id="{run}", key="k", value=5).refused(*wrong("value", "5", "int")),
        post("runs/log-batch", run_id="{run}", metrics="abc").refused(*wrong("metrics", '"abc"', "str")),
        post("registered-models/create", name=1.5).refused(
            400, INVALID, "Invalid value 1.5 for parameter 'name' supplied"
        ),
    ),
    case(
        "B03",
        "an experiment's name is taken, also by a deleted one",
        post("experiments/create", name="{u}").keep("made", "experiment_id"),
        post("experiments/create", name="{u}").refused(400, EXISTS, "already exists"),
        post("experiments/delete", experiment_id="{made}"),
        post("experiments/create", name="{u}").refused(400, EXISTS, "already exists"),
    ),
    case(
        "B03",
        "an experiment is made with one tag key twice",
        post("experiments/create", name="{u}", tags=[{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]).refused(
            400, EXISTS
        ),
        get("experiments/get-by-name", experiment_name="{u}").refused(404, ABSENT),
    ),
    case(
        "B04",
        "an experiment is renamed onto a taken name",
        experiment.keep("name", "experiment.name"),
        post("experiments/update", experiment_id="{exp}", new_name="Default").refused(400, "BAD_REQUEST"),
        experiment.gives("experiment.name", "{name}"),
    ),
    meant(
        "B04",
        "a deleted experiment is renamed",
        post("experiments/update", experiment_id="{lost}", new_name="{u}").refused(400, INVALID),
    ),
    case(
        "B05",
        "an experiment is absent, or its id no number",
        *(
            ask.refused(404, ABSENT, "No Experiment with id=99999999 exists")
            for ask in (
                get("experiments/get", experiment_id="99999999"),
                post("experiments/delete", experiment_id="99999999"),
                post("experiments/restore", experiment_id="99999999"),
                post("runs/create", experiment_id="99999999"),
                post("logged-models", experiment_id="99999999"),
                experiment_tag("k", "v", "99999999"),
            )
        ),
        *(
            ask.refused(400, INVALID, "Invalid experiment ID 'abc'.")
            for ask in (
                get("experiments/get", experiment_id="abc"),
                post("experiments/delete", experiment_id="abc"),
                post("runs/create", experiment_id="abc"),
                post("runs/search", experiment_ids=["abc"]),
            )
        ),
    ),
    case(
        "B06",
        "a deleted experiment is deleted, an active one restored",
        post("experiments/restore", experiment_id="{exp}").refused(404, ABSENT, "No Experiment with id={exp} exists"),
        post("experiments/delete", experiment_id="{lost}").refused(404, ABSENT, "No Experiment with id={lost} exists"),
    ),
    case(
        "B06",
        "runs may be deleted and restored twice",
        *(post("runs/delete", run_id="{run}").is_all({}) for _ in range(2)),
        run.gives("run.info.lifecycle_stage", "deleted"),
        *(post("runs/restore", run_id="{run}").is_all({}) for _ in range(2)),
        run.gives("run.info.lifecycle_stage", "active"),
    ),
    case(
        "B07",
        "a deleted run is written to",
        *(
            post(f"runs/{route}", run_id="{gone}", **body).refused(
                400, INVALID, "The run {gone} must be in the 'active' state. Current state is deleted."
            )
            for route, body in {
                "log-metric": metric(),
                "log-parameter": {"key": "p", "value": "1"},
                "set-tag": {"key": "t", "value": "1"},
                "delete-tag": {"key": "mlflow.runName"},
                "log-batch": {},
                "log-inputs": {"datasets": []},
                "outputs": {"models": []},
                "update": {"status": "FINISHED"},
                "log-model": {
                    "model_json": '{"artifact_path": "m", "flavors": {}, "utc_time_created": "1", "run_id": "r"}'
                },
            }.items()
        ),
    ),
    case(
        "B07",
        "a run or a tag goes into a deleted experiment",
        post("runs/create", experiment_id="{lost}").refused(
            400, INVALID, "The experiment {lost} must be in the 'active' state."
        ),
        experiment_tag("k", "v", "{lost}").refused(400, INVALID, "Current state is deleted."),
        post("logged-models", experiment_id="{lost}").refused(400, INVALID, "must be in the 'active' state"),
    ),
    case(
        "B08",
        "a run is absent",
        *(
            ask.refused(404, ABSENT, f"Run with id={NO_RUN} not found")
            for ask in (
                get("runs/get", run_id=NO_RUN),
                post("runs/update", run_id=NO_RUN, status="FINISHED"),
                post("runs/delete", run_id=NO_RUN),
                post("runs/log-metric", run_id=NO_RUN, **metric()),
                set_tag("k", "v", NO_RUN),
                batch(run_id=NO_RUN),
                post("runs/log-inputs", run_id=NO_RUN, datasets=[]),
                post("runs/outputs", run_id=NO_RUN, models=[]),
                get("artifacts/list", run_id=NO_RUN),
            )
        ),
    ),
    case(
        "B08",
        "a run's id cannot be one",
        batch(run_id="x/y z").refused(400, INVALID, "Invalid value \"x/y z\" for parameter 'run_id' supplied."),
        batch(run_id="-x").refused(400, INVALID, "for parameter 'run_id' supplied."),
        batch(run_id="x" * 257).refused(400, INVALID, "for parameter 'run_id' supplied."),
        batch(run_id="x" * 256).refused(404, ABSENT, "not found"),
        post("runs/log-inputs", run_id="x/y z").refused(400, INVALID, "for parameter 'run_id' supplied."),
        set_tag("k", "v", "x/y z").refused(404, ABSENT, "Run with id=x/y z not found"),
        get("runs/get", run_id="x/y z").refused(404, ABSENT, "Run with id=x/y z not found"),
    ),
    case(
        "B08",
        "the history of an absent run is empty, not absent",
        get("metrics/get-history", run_id=NO_RUN, metric_key="m").is_all({}),
    ),
    case(
        "B09",
        "a param changes",
        post("runs/log-parameter", run_id="{run}", key="p", value="1"),
        post("runs/log-parameter", run_id="{run}", key="p", value="1").is_all({}),
        batch(params={"p": "1"}).is_all({}),
        post("runs/log-parameter", run_id="{run}", key="p", value="2").refused(
            400, INVALID, "Changing param values is not allowed. Param with key='p' was already logged with value='1'"
        ),
        batch(params={"p": "2"}).refused(400, INVALID, "Changing param values is not allowed."),
        run.gives("run.data.params{}", {"p": "1"}),
    ),
    case(
        "B10",
        "a batch holds one param key twice, even with one value",
        *(
            batch(params=[{"key": "d", "value": "1"}, {"key": "d", "value": value}]).refused(
                400, INVALID, "Duplicate parameter keys have been submitted: ['d']"
            )
            for value in ("1", "2")
        ),
        run.lacks("run.data.params"),
    ),
    case(
        "B11",
        "a batch is too long",
        batch([metric(step=i) for i in range(1001)]).refused(400, INVALID, "at most 1000 metrics"),
        batch(params={f"p{i}": "1" for i in range(101)}).refused(400, INVALID, "at most 100 params"),
        batch(tags={f"t{i}": "1" for i in range(101)}).refused(400, INVALID, "at most 100 tags"),
        batch([metric(step=i) for i in range(950)], {f"p{i}": "1" for i in range(51)}).refused(400, INVALID, "1000"),
        run.lacks("run.data.metrics").lacks("run.data.params"),
    ),
    case(
        "B11",
        "a batch of more than 1 MB is taken",
        batch(params={f"p{i}": "v" * 6000 for i in range(100)}, tags={f"t{i}": "v" * 8000 for i in range(100)}),
        run.gives("run.data.params{}", lambda params: len(params) == 100),
    ),
    case(
        "B12",
        "an absent tag is deleted: absent in tracking, nothing in the registry",
        post("runs/delete-tag", run_id="{run}", key="no").refused(
            404, ABSENT, "No tag with name: no in run with id {run}"
        ),
        post("experiments/delete-experiment-tag", experiment_id="{exp}", key="no").refused(
            404, ABSENT, "No tag with name: no"
        ),
        delete("registered-models/delete-tag", name="{model}", key="no").is_all({}),
        delete("model-versions/delete-tag", name="{model}", version="{version}", key="no").is_all({}),
        delete("registered-models/alias", name="{model}", alias="no").is_all({}),
    ),
    case(
        "B13",
        "a metric's name has other signs, reads as a path, or is too long",
        *(
            log_metric(key=key).refused(400, INVALID, f"for parameter 'name' supplied: {BAD_SIGNS}")
            for key in ("a#b", "a\\b", "🚀")
        ),
        *(
            log_metric(key=key).refused(400, INVALID, f"for parameter 'name' supplied: {PATH_LIKE}")
            for key in ("a//b", ".", "../x", "/a")
        ),
        log_metric(key="k" * 251).refused(400, INVALID, "'Metric name' exceeds the maximum length of 250"),
        *(log_metric(key=key) for key in ("größe", "日本", "a b:c/d.e-f_g", "k" * 250)),
        run.gives("run.data.metrics.*.key", close(["größe", "日本", "a b:c/d.e-f_g", "k" * 250])),
    ),
    case(
        "B14",
        "a timestamp may not be negative, a step may",
        log_metric(1, -1).refused(400, INVALID, "Invalid value -1 for parameter 'timestamp' supplied"),
        log_metric(1, 1, -7),
        history.gives("metrics", [metric(1.0, 1, -7)]),
    ),
    case(
        "B15",
        "a page is of no size, or of too great a one",
        *(
            get("metrics/get-history", run_id="{run}", metric_key="m", max_results=n).refused(
                400, INVALID, "'max_results'"
            )
            for n in (0, -1)
        ),
        *(
            search(max_results=n).refused(400, INVALID, f"Invalid value {n} for parameter 'max_results'")
            for n in (0, -1, 50_001)
        ),
        *(
            post("experiments/search", max_results=n).refused(
                400, INVALID, f"Invalid value {n} for parameter 'max_results'"
            )
            for n in (0, -1, 50_001)
        ),
        post("experiments/search").refused(400, INVALID, "Invalid value 0 for parameter 'max_results'"),
        get("experiments/search").refused(400, INVALID, "Invalid value 0 for parameter 'max_results'"),
        search(max_results=50_000),
    ),
    meant(
        "B16",
        "a search is ordered twice by one field",
        search(order_by=["metrics.m", "metrics.m DESC"]).refused(400, INVALID, "`order_by` contains duplicate fields"),
        get("registered-models/search", order_by=["name", "name DESC"]).refused(400, INVALID, "duplicate fields"),
        get("model-versions/search", order_by=["name", "name DESC"]).refused(400, INVALID, "duplicate fields"),
    ),
    meant(
        "B16",
        "the others are to be archived for a stage that is not active",
        *(
            post(
                "model-versions/transition-stage",
                name="{model}",
                version="{version}",
                stage=stage,
                archive_existing_versions=True,
            ).refused(400, INVALID)
            for stage in ("Archived", "None")
        ),
    ),
    case(
        "B17",
        "an alias is unknown: 400, not 404",
        get("registered-models/alias", name="{model}", alias="zz").refused(
            400, INVALID, "Registered model alias zz not found."
        ),
    ),
    case(
        "B18",
        "an alias is reserved, has other signs, or is too long",
        *(
            post("registered-models/alias", name="{model}", version="{version}", alias=alias).refused(400, INVALID)
            for alias in ("latest", "LaTest", "v1", "V22", "a b", "a/b", "a.b", "a" * 256)
        ),
        post("registered-models/alias", name="{model}", version="{version}", alias="a" * 255),
        registered.gives("registered_model.aliases", [{"alias": "a" * 255, "version": "1"}]),
    ),
    case(
        "B19",
        "a model's name is taken, cannot be one, or is nobody's",
        post("registered-models/create", name="{model}").refused(
            400, EXISTS, "Registered Model (name={model}) already exists."
        ),
        *(
            post("registered-models/create", name=name).refused(400, INVALID, "Invalid model name")
            for name in ("a/b", "a:b")
        ),
        get("registered-models/get", name="{u}").refused(404, ABSENT, "Registered Model with name={u} not found"),
    ),
    case(
        "B20",
        "a version is absent, or no number; a stage is unknown",
        get("model-versions/get", name="{model}", version="9").refused(
            404, ABSENT, "(name={model}, version=9) not found"
        ),
        get("model-versions/get", name="{model}", version="x").refused(400, INVALID, "must be an integer"),
        get("model-versions/get-download-uri", name="{model}", version="x").refused(400, INVALID, "must be an integer"),
        post("model-versions/transition-stage", name="{model}", version="{version}", stage="x").refused(
            400, INVALID, "stage: x"
        ),
        post("registered-models/get-latest-versions", name="{model}", stages=["x"]).refused(400, INVALID, "stage: x"),
    ),
    case(
        "B21",
        "a version's source may not be",
        new_version("/etc/passwd").refused(*BAD_SOURCE),
        new_version("runs:/{run}/m", run_id=NO_RUN).refused(*BAD_SOURCE),
        new_version("runs:/{run}/m").refused(*BAD_SOURCE),
        new_version("models:/{logged}").refused(400, INVALID),
        new_version("mlflow-artifacts:/elsewhere", run_id="{run}").refused(*BAD_SOURCE),
        new_version("mlflow-artifacts:/{exp}/{run}/artifacts/../x", run_id="{run}").refused(*BAD_SOURCE),
        new_version("s3://b/../x").refused(*BAD_SOURCE),
        *(new_version(f"{scheme}://h/x").refused(400, INVALID) for scheme in ("http", "https", "ftp", "sftp", "hdfs")),
        registered.lacks("registered_model.latest_versions"),
        new_version("runs:/{run}/m", run_id="{run}"),
        new_version("models:/{logged}", model_id="{logged}"),
        *(new_version(source) for source in (OPAQUE, "gs://b/x", "dbfs:/x", "custom://x/y")),
    ),
    case(
        "B22",
        "a page token is none",
        search(page_token="zzz").refused(*BAD_TOKEN),
        post("experiments/search", max_results=1, page_token="zzz").refused(*BAD_TOKEN),
        get("metrics/get-history", run_id="{run}", metric_key="m", page_token="zzz").refused(*BAD_TOKEN),
        get("registered-models/search", page_token="zzz").refused(*BAD_TOKEN),
        get("model-versions/search", page_token="zzz").refused(*BAD_TOKEN),
    ),
    meant(
        "B22",
        "of logged models too",
        post("logged-models/search", experiment_ids=["{exp}"], page_token="zzz").refused(*BAD_TOKEN),
    ),
    case(
        "B23",
        "the host is foreign, or a page of another origin writes",
        Ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", None, {"Host": "evil.example"}).raw(
            lambda answer: answer.status == 403 and "error_code" not in answer.text
        ),
        replace(post(AJAX + "experiments/create", name="{u}"), headers={**JSON, "Origin": "http://evil.example"}).raw(
            lambda answer: answer.status == 403 and "error_code" not in answer.text
        ),
        get("experiments/get-by-name", experiment_name="{u}").refused(404, ABSENT),
    ),
]

LENGTHS = [
    case(
        "L01",
        "an experiment's name has at most 500 characters",
        post("experiments/create", name="n" * 501).refused(400, INVALID, "'name' exceeds the maximum length of 500"),
        experiment.keep("name", "experiment.name"),
        post("experiments/create", name="{u}" + "ä" * (500 - 36)),
    ),
    case(
        "L02",
        "a key has at most 250 characters",
        *(
            ask("k" * 251).refused(400, INVALID, "exceeds the maximum length of 250")
            for ask in (
                lambda key: log_metric(key=key),
                lambda key: post("runs/log-parameter", run_id="{run}", key=key, value="1"),
                lambda key: set_tag(key, "1"),
                lambda key: experiment_tag(key, "1"),
                lambda key: batch([metric(key=key)]),
                lambda key: batch(params={key: "1"}),
                lambda key: batch(tags={key: "1"}),
                lambda key: post("registered-models/set-tag", name="{model}", key=key, value="1"),
                lambda key: post("model-versions/set-tag", name="{model}", version="{version}", key=key, value="1"),
            )
        ),
        batch([metric(key="k" * 250)], {"k" * 250: "1"}, {"k" * 250: "1"}),
        experiment_tag("k" * 250, "1"),
        post("registered-models/set-tag", name="{model}", key="k" * 250, value="1"),
    ),
    case(
        "L03",
        "a param is cut to 6000 characters and a run's tag to 8000, neither is refused",
        post("runs/log-parameter", run_id="{run}", key="one", value="ä" * 6001),
        set_tag("one", "ä" * 8001),
        batch(params={"p": "ä" * 20_000}, tags={"t": "ä" * 20_000}),
        run.gives("run.data.params{}", {"one": "ä" * 6000, "p": "ä" * 6000})
        .gives("run.data.tags{}.one", "ä" * 8000)
        .gives("run.data.tags{}.t", "ä" * 8000),
    ),
    meant(
        "L03",
        "a run's tag is cut at creation too, whatever the store would take",
        post("runs/create", experiment_id="{exp}", tags=[{"key": "t", "value": "v" * 8001}]).keep(
            "run", "run.info.run_id"
        ),
        run.gives("run.data.tags{}.t", "v" * 8000),
    ),
    case("L03", "the client leaves the cutting to the server", client_cuts_nothing_itself),
    case(
        "L04",
        "an experiment's tag over 20000 characters is refused, not cut",
        experiment_tag("k", "v" * 20_001).refused(
            400, INVALID, "'value' exceeds the maximum length of 20000 characters"
        ),
        experiment_tag("k", "v" * 20_000),
        experiment.gives("experiment.tags{}", {"k": "v" * 20_000}),
    ),
    case(
        "L05",
        "a tag of the registry over 100000 characters is refused",
        *(
            ask("v" * 100_001).refused(400, INVALID, "100000")
            for ask in (
                lambda value: post("registered-models/set-tag", name="{model}", key="k", value=value),
                lambda value: post("model-versions/set-tag", name="{model}", version="{version}", key="k", value=value),
            )
        ),
        post("registered-models/set-tag", name="{model}", key="k", value="v" * 100_000),
        post("model-versions/set-tag", name="{model}", version="{version}", key="k", value="v" * 100_000),
        registered.gives("registered_model.tags{}", {"k": "v" * 100_000}),
    ),
    case(
        "L06",
        "an alias has at most 255 characters",
        post("registered-models/alias", name="{model}", version="{version}", alias="a" * 256).refused(
            400, INVALID, "255"
        ),
        post("registered-models/alias", name="{model}", version="{version}", alias="a" * 255),
    ),
    case(
        "L07",
        "a dataset's name, digest, source, schema and profile, and its tags, have bounds",
        *(
            log_inputs(dataset(**{part: "x" * (most + 1)})).refused(
                400, INVALID, f"'{part}' exceeds the maximum length of {most}"
            )
            for part, most in {"name": 500, "digest": 36, "source": 65535, "schema": 1048575}.items()
        ),
        log_inputs({**dataset(), "tags": [{"key": "k" * 256, "value": "v"}]}).refused(
            400, INVALID, "'key' exceeds the maximum length of 255"
        ),
        log_inputs({**dataset(), "tags": [{"key": "k", "value": "v" * 501}]}).refused(
            400, INVALID, "'value' exceeds the maximum length of 500"
        ),
        run.gives("run.inputs", {}),
        log_inputs(
            {
                **dataset("n" * 500, "d" * 36, "s" * 65535, schema="s" * 1048575),
                "tags": [{"key": "k" * 255, "value": "v" * 500}],
            }
        ),
        run.gives("run.inputs.dataset_inputs.0.dataset.schema", "s" * 1048575),
    ),
    case(
        "L07",
        "a dataset's profile has at most 16 MB less one, and the request that brings it is taken",
        log_inputs(dataset(profile="p" * 16_777_215, schema="s" * 1_048_575)),
        run.gives("run.inputs.dataset_inputs.0.dataset.profile", lambda profile: len(profile) == 16_777_215),
        log_inputs(dataset(profile="p" * 16_777_216)).refused(
            400, INVALID, "'profile' exceeds the maximum length of 16777215"
        ),
    ),
    case(
        "L08",
        "a logged model's name has none of a few signs",
        *(
            post("logged-models", experiment_id="{exp}", name=f"a{sign}b").refused(400, INVALID, "Invalid model name")
            for sign in "/:.%\"'"
        ),
        post("logged-models", experiment_id="{exp}", name="a b-c_d+ä").gives("model.info.name", "a b-c_d+ä"),
    ),
]

MEANINGS = [
    case(
        "S01",
        "experiment 0 is there from the start, and may be deleted and restored",
        get("experiments/get", experiment_id="0").gives("experiment.name", "Default"),
        post("experiments/delete", experiment_id="0"),
        get("experiments/get", experiment_id="0").gives("experiment.lifecycle_stage", "deleted"),
        post("experiments/restore", experiment_id="0"),
        get("experiments/get", experiment_id="0").gives("experiment.lifecycle_stage", "active"),
    ),
    case(
        "S01",
        "ids have their shapes, and experiments' grow",
        post("experiments/create", name="{u}-a").keep("a", "experiment_id").gives("experiment_id", str.isdecimal),
        post("experiments/create", name="{u}-b").keep("b", "experiment_id").gives("experiment_id", str.isdecimal),
        ids_grow,
        run.gives("run.info.run_id", lambda found: re.fullmatch("[0-9a-f]{12}4[0-9a-f]{19}", found)),
        get("logged-models/{logged}").gives("model.info.model_id", lambda found: re.fullmatch("m-[0-9a-f]{32}", found)),
    ),
    case(
        "S02",
        "artifacts lie below the experiment's place",
        experiment.gives("experiment.artifact_location", "mlflow-artifacts:/{exp}"),
        run.gives("run.info.artifact_uri", "mlflow-artifacts:/{exp}/{run}/artifacts"),
        get("logged-models/{logged}").gives(
            "model.info.artifact_uri", "mlflow-artifacts:/{exp}/models/{logged}/artifacts"
        ),
    ),
    case(
        "S02",
        "the path goes before the query of a place, and a place has no fragment",
        post("experiments/create", name="{u}", artifact_location="s3://b/p?x=1").keep("exp", "experiment_id"),
        run.gives("run.info.artifact_uri", "s3://b/p/{run}/artifacts?x=1"),
        get("logged-models/{logged}").gives("model.info.artifact_uri", "s3://b/p/models/{logged}/artifacts?x=1"),
        post("experiments/create", name="{u}-f", artifact_location="s3://b/p#x").refused(400, INVALID),
    ),
    meant(
        "S02",
        "a place on the server's own disk is refused",
        *(
            post("experiments/create", name="{u}", artifact_location=place).refused(400, INVALID)
            for place in ("relative/path", "./x", "/tmp/x", "file:///tmp/x")
        ),
    ),
    case(
        "S03",
        "a run is named by its field, or its tag, or at random, and the tag says the same",
        post("runs/create", experiment_id="{exp}", run_name="field")
        .gives("run.info.run_name", "field")
        .gives("run.data.tags{}", {"mlflow.runName": "field"}),
        post("runs/create", experiment_id="{exp}", tags=[{"key": "mlflow.runName", "value": "tag"}])
        .gives("run.info.run_name", "tag")
        .gives("run.data.tags{}", {"mlflow.runName": "tag"}),
        post("runs/create", experiment_id="{exp}", run_name="same", tags=[{"key": "mlflow.runName", "value": "same"}]),
        *(
            post("runs/create", experiment_id="{exp}")
            .gives("run.info.run_name", lambda name: re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", name) and len(name) <= 20)
            .keep("random", "run.info.run_name")
            .gives("run.data.tags{}", {"mlflow.runName": "{random}"})
            for _ in range(5)
        ),
        post(
            "runs/create", experiment_id="{exp}", run_name="x", tags=[{"key": "mlflow.runName", "value": "y"}]
        ).refused(
            400, INVALID, "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
        ),
    ),
    case(
        "S03",
        "the tag renames the run, an empty name does not",
        set_tag("mlflow.runName", "by tag"),
        run.gives("run.info.run_name", "by tag"),
        batch(tags={"mlflow.runName": "by batch"}),
        run.gives("run.info.run_name", "by batch"),
        post("runs/update", run_id="{run}", run_name="").gives("run_info.run_name", "by batch"),
        post("runs/update", run_id="{run}", run_name="by update").gives("run_info.run_name", "by update"),
        run.gives("run.data.tags{}", {"mlflow.runName": "by update"}),
    ),
    case(
        "S03",
        "the server sets no other tag; no start is 0, no end is left out",
        post("runs/create", experiment_id="{exp}", user_id="ann")
        .gives("run.data.tags.*.key", ["mlflow.runName"])
        .gives("run.info.user_id", "ann")
        .gives("run.info.start_time", 0)
        .lacks("run.info.end_time"),
    ),
    case(
        "S04",
        "the latest value is the greatest by step, timestamp, value, where NaN is 0",
        batch([metric(9, 5, 1), metric(1, 4, 2), metric("NaN", 5, 2), metric(-1, 5, 2)]),
        run.gives("run.data.metrics", [metric("NaN", 5, 2)]),
        log_metric(0.5, 5, 2),
        run.gives("run.data.metrics", [metric(0.5, 5, 2)]),
        log_metric(100, 9, 1),
        run.gives("run.data.metrics", [metric(0.5, 5, 2)]),
        search().gives("runs.0.data.metrics", [metric(0.5, 5, 2)]),
    ),
    case(
        "S04",
        "an equal point is dropped, a different one is not",
        *(log_metric(1, 5, 1) for _ in range(3)),
        *(log_metric("NaN", 5, 1) for _ in range(3)),
        batch([metric(1, 5, 1)] * 3 + [metric(2, 5, 1), metric(1, 6, 1), metric(1, 5, 2)]),
        history.gives(
            "metrics.*.value", lambda values: sorted(map(str, values)) == ["1.0", "1.0", "1.0", "2.0", "NaN"]
        ),
    ),
    case(
        "S04",
        "a history is ordered by timestamp, step, value",
        batch([metric(3, 2, 1), metric(2, 2, 1), metric(9, 1, 7), metric(0, 2, 0), metric(8, 1, 8)]),
        history.gives(
            "metrics", [metric(9.0, 1, 7), metric(8.0, 1, 8), metric(0.0, 2, 0), metric(2.0, 2, 1), metric(3.0, 2, 1)]
        ),
    ),
    case(
        "S04",
        "a history of many runs is ordered by run, timestamp, step, value",
        new_run("a", "a"),
        new_run("b", "b"),
        *(batch([metric(3, 2, 1), metric(2, 2, 1), metric(9, 1, 7)], run_id=name) for name in ("{a}", "{b}")),
        lambda scene: get(AJAX + "metrics/get-history-bulk", run_id=["{b}", "{a}"], metric_key="m").gives(
            "metrics",
            [
                {**metric(value, timestamp, step), "run_id": run_id}
                for run_id in sorted((scene["a"], scene["b"]))
                for value, timestamp, step in ((9.0, 1, 7), (2.0, 2, 1), (3.0, 2, 1))
            ],
        )(scene),
    ),
    case("S04", "the client asks page by page", client_walks_a_history_by_its_tokens),
    case(
        "S05",
        "a batch is checked whole before anything of it is kept",
        batch([metric()], {"p": "1"}, {"t" * 251: "1"}).refused(400, INVALID),
        batch([metric()], {"p": "1", "../p": "1"}).refused(400, INVALID),
        batch([metric(key="a//b")], {"p": "1"}, {"t": "1"}).refused(400, INVALID),
        run.lacks("run.data.params").lacks("run.data.metrics").gives("run.data.tags.*.key", ["mlflow.runName"]),
    ),
    case(
        "S05",
        "a param that changes stops the batch's metrics and tags",
        batch(params={"p": "1"}),
        batch([metric()], {"q": "1", "p": "2"}, {"t": "1"}).refused(
            400, INVALID, "Changing param values is not allowed."
        ),
        run.gives("run.data.params{}", {"p": "1"})
        .lacks("run.data.metrics")
        .gives("run.data.tags.*.key", ["mlflow.runName"]),
        history.is_all({}),
    ),
    case(
        "S06",
        "deleting an experiment deletes its runs, restoring it restores them all",
        new_run("kept", "kept"),
        new_run("deleted before", "before"),
        post("runs/delete", run_id="{before}"),
        post("experiments/delete", experiment_id="{exp}"),
        *(get("runs/get", run_id=name).gives("run.info.lifecycle_stage", "deleted") for name in ("{kept}", "{before}")),
        experiment.gives("experiment.lifecycle_stage", "deleted"),
        search().is_all({}),
        post("experiments/restore", experiment_id="{exp}"),
        *(get("runs/get", run_id=name).gives("run.info.lifecycle_stage", "active") for name in ("{kept}", "{before}")),
    ),
    case(
        "S06",
        "what is deleted is read, and found where it is looked for",
        get("runs/get", run_id="{gone}").gives("run.info.lifecycle_stage", "deleted"),
        search(run_view_type="DELETED_ONLY").gives("runs.*.info.run_id", ["{gone}"]),
        search(run_view_type="ALL").gives("runs.*.info.run_id", ["{gone}"]),
        search().is_all({}),
        get("experiments/get", experiment_id="{lost}").keep("name", "experiment.name"),
        get("experiments/get-by-name", experiment_name="{name}").gives("experiment.lifecycle_stage", "deleted"),
    ),
    case(
        "S07",
        "a dataset is known by name and digest, and a repeat keeps the first tags",
        log_inputs({**dataset(source="first"), "tags": [{"key": "k", "value": "first"}]}),
        log_inputs({**dataset(source="second"), "tags": [{"key": "k", "value": "second"}, {"key": "l", "value": "1"}]}),
        log_inputs(dataset(digest="2")),
        run.gives("run.inputs.dataset_inputs", lambda inputs: len(inputs) == 2)
        .gives("run.inputs.dataset_inputs.0.tags", [{"key": "k", "value": "first"}])
        .gives("run.inputs.dataset_inputs.0.dataset.source", "first"),
    ),
    case(
        "S07",
        "a search shows datasets and outputs, but not the models read",
        log_inputs(dataset(), models=[{"model_id": "m-1"}]),
        post("runs/outputs", run_id="{run}", models=[{"model_id": "m-2", "step": 3}]),
        run.gives("run.inputs.model_inputs", [{"model_id": "m-1"}]).gives(
            "run.outputs.model_outputs", [{"model_id": "m-2", "step": 3}]
        ),
        search()
        .gives("runs.0.inputs", {"dataset_inputs": [dataset()]})
        .gives("runs.0.outputs", {"model_outputs": [{"model_id": "m-2", "step": 3}]}),
    ),
    case(
        "S08",
        "numbers of versions are not used again, until the model is deleted",
        *(new_version().gives("model_version.version", str(number)) for number in (1, 2)),
        delete("model-versions/delete", name="{model}", version="2"),
        new_version().gives("model_version.version", "3").gives("model_version.status", "READY"),
        delete("registered-models/delete", name="{model}"),
        post("registered-models/create", name="{model}"),
        new_version().gives("model_version.version", "1"),
    ),
    case(
        "S08",
        "a version does not tell its logged model",
        new_version("models:/{logged}", model_id="{logged}"),
        get("model-versions/get", name="{model}", version="1").lacks("model_version.model_id"),
    ),
    case(
        "S08",
        "aliases tell small letters from capitals, and are shown by get, not by search",
        post("registered-models/alias", name="{model}", version="{version}", alias="Best"),
        get("registered-models/alias", name="{model}", alias="best").refused(400, INVALID),
        get("registered-models/alias", name="{model}", alias="Best").gives("model_version.aliases", ["Best"]),
        get("model-versions/get", name="{model}", version="1").gives("model_version.aliases", ["Best"]),
        get("model-versions/search", filter="name = '{model}'").lacks("model_versions.0.aliases"),
        registered.gives("registered_model.aliases", [{"alias": "Best", "version": "1"}]).lacks(
            "registered_model.latest_versions.0.aliases"
        ),
    ),
    case(
        "S08",
        "renaming moves versions, tags and aliases",
        post("registered-models/set-tag", name="{model}", key="k", value="v"),
        post("model-versions/set-tag", name="{model}", version="{version}", key="k", value="v"),
        post("registered-models/alias", name="{model}", version="1", alias="a"),
        post("registered-models/rename", name="{model}", new_name="{u}"),
        registered.refused(404, ABSENT),
        get("registered-models/get", name="{u}")
        .gives("registered_model.tags{}", {"k": "v"})
        .gives("registered_model.aliases", [{"alias": "a", "version": "1"}]),
        get("registered-models/alias", name="{u}", alias="a").gives("model_version.tags{}", {"k": "v"}),
        delete("registered-models/delete", name="{u}"),
    ),
    case(
        "S08",
        "a search hides prompts unless it asks for them",
        post("registered-models/create", name="{u}", tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}]),
        get("registered-models/search", filter="name = '{u}'").is_all({}),
        get("registered-models/search", filter="name = '{u}' AND tags.`mlflow.prompt.is_prompt` = 'true'").gives(
            "registered_models.*.name", ["{u}"]
        ),
        delete("registered-models/delete", name="{u}"),
    ),
    case(
        "S08",
        "models come by name, versions by their last change",
        *(post("registered-models/create", name="{u}-" + x) for x in "bac"),
        get("registered-models/search", filter="name LIKE '{u}-%'").gives(
            "registered_models.*.name", ["{u}-a", "{u}-b", "{u}-c"]
        ),
        *(delete("registered-models/delete", name="{u}-" + x) for x in "bac"),
        *(new_version() for _ in range(3)),
        post("model-versions/transition-stage", name="{model}", version="1", stage="Staging"),
        get("model-versions/search", filter="name = '{model}'").gives(
            "model_versions.*.version", lambda found: found[0] == "1"
        ),
    ),
    case(
        "S08",
        "a page of no models has a token",
        get("registered-models/search", filter="name = '{model}'", max_results=0)
        .gives("next_page_token", bool)
        .lacks("registered_models"),
    ),
    case(
        "S09",
        "there is a token only where another row is",
        *(new_run(name, name, start_time=n) for n, name in enumerate("abcd")),
        search(max_results=4).lacks("next_page_token"),
        search(max_results=3).keep("token", "next_page_token").gives("runs.*.info.run_name", ["d", "c", "b"]),
        search(max_results=3, page_token="{token}").gives("runs.*.info.run_name", ["a"]).lacks("next_page_token"),
        batch([metric(step=i) for i in range(3)], run_id="{a}"),
        get("metrics/get-history", run_id="{a}", metric_key="m", max_results=3).lacks("next_page_token"),
        get("metrics/get-history", run_id="{a}", metric_key="m", max_results=2).keep("more", "next_page_token"),
        get("metrics/get-history", run_id="{a}", metric_key="m", max_results=2, page_token="{more}")
        .gives("metrics.*.step", [2])
        .lacks("next_page_token"),
        post("experiments/search", max_results=1, filter="experiment_id = '{exp}'").lacks("next_page_token"),
        get("registered-models/search", max_results=1, filter="name = '{model}'").lacks("next_page_token"),
        *(new_version() for _ in range(2)),
        get("model-versions/search", max_results=2, filter="name = '{model}'").lacks("next_page_token"),
        get("model-versions/search", max_results=1, filter="name = '{model}'").keep("next", "next_page_token"),
        get("model-versions/search", max_results=1, filter="name = '{model}'", page_token="{next}").gives(
            "model_versions.*.version", ["1"]
        ),
    ),
    case(
        "S09",
        "a token of logged models belongs to its question",
        *(post("logged-models", experiment_id="{exp}", name=name) for name in "ab"),
        post("logged-models/search", experiment_ids=["{exp}"], max_results=1).keep("token", "next_page_token"),
        post("logged-models/search", experiment_ids=["{exp}"], max_results=1, page_token="{token}").lacks(
            "next_page_token"
        ),
        post(
            "logged-models/search", experiment_ids=["{exp}"], max_results=1, page_token="{token}", filter="name = 'a'"
        ).refused(400, INVALID, "Filter string in the page token does not match"),
    ),
]

# Three runs for the grammar, from the oldest to the newest: `a` and `b` have values, `c` has none.
THREE = (
    new_run("a", "a", start_time=1, user_id="ann"),
    new_run("b", "b", start_time=2, user_id="bob"),
    new_run("c", "c", start_time=3, user_id="cyd"),
    batch(
        [metric(0.5, key="loss"), metric(1, key="my loss")],
        {"lr": "0.1", "my.param x": "y"},
        {"team": "Vision", "my tag.x": "z"},
        run_id="{a}",
    ),
    batch([metric("NaN", key="loss")], {"lr": "0.2"}, {"team": "vision"}, run_id="{b}"),
    post(
        "runs/log-inputs",
        run_id="{a}",
        datasets=[{**dataset("set", "7"), "tags": [{"key": "mlflow.data.context", "value": "train"}]}],
    ),
    post("runs/update", run_id="{a}", status="FINISHED", end_time=9),
)


GRAMMAR = [
    case(
        "G01",
        "clauses are joined by AND alone",
        *THREE,
        found("metrics.loss < 1 AND params.lr = '0.1' and status = 'FINISHED'", "a"),
        *(
            search(bad).refused(400, INVALID, "Invalid clause(s) in filter string")
            for bad in ("params.lr = '0.1' OR params.lr = '0.2'", "(params.lr = '0.1')", "NOT params.lr = '0.1'")
        ),
        found("run_id IN ('{a}', '{c}')", "c", "a"),
        found("run_id NOT IN ('{a}', '{c}')", "b"),
    ),
    case(
        "G02",
        "every spelling of what a clause is about",
        *THREE,
        *(found(f"{prefix}.loss = 0.5", "a") for prefix in ("metrics", "metric")),
        *(found(f"{prefix}.lr = '0.1'", "a") for prefix in ("params", "param", "parameters", "parameter")),
        *(found(f"{prefix}.team = 'Vision'", "a") for prefix in ("tags", "tag")),
        *(found(f"{prefix}status = 'FINISHED'", "a") for prefix in ("attributes.", "attribute.", "attr.", "run.", "")),
        *(found(f"{prefix}.name = 'set'", "a") for prefix in ("datasets", "dataset")),
        found("datasets.digest = '7'", "a"),
        found("datasets.context = 'train'", "a"),
        *(found(f"{name} = 'a'", "a") for name in ("run_name", "`run name`", "`Run name`", '"Run Name"')),
        *(found(f"{name} = 1", "a") for name in ("start_time", "created", "Created")),
        found("run_id = '{a}'", "a"),
        found("user_id = 'ann'", "a"),
        found("artifact_uri LIKE '%{a}%'", "a"),
        found("end_time = 9", "a"),
        *(found(clause, "a") for clause in ("metrics.`my loss` = 1", 'metrics."my loss" = 1')),
        *(found(clause, "a") for clause in ("params.`my.param x` = 'y'", "tags.\"my tag.x\" = 'z'")),
    ),
    case(
        "G03",
        "metrics compare with numbers, and NaN is only unlike",
        *THREE,
        *(found(f"metrics.loss {compare}", "a") for compare in ("= 0.5", "< 1", "<= 0.5", "> 0", ">= 0.5", "= 5e-1")),
        found("metrics.loss != 0.5", "b"),
        found("metrics.loss != 7", "b", "a"),
        *(found(f"metrics.loss {compare}") for compare in ("< 0.5", "= 0", "> 1")),
        search("metrics.loss = '0.5'").refused(400, INVALID, "Expected numeric value type for metric."),
        search("metrics.loss LIKE 1").refused(400, INVALID),
    ),
    case(
        "G03",
        "params and tags compare with texts in either quotes",
        *THREE,
        found("params.lr = '0.1'", "a"),
        found('params.lr = "0.1"', "a"),
        found("params.lr LIKE '0.%'", "b", "a"),
        found("tags.team LIKE 'V%'", "a"),
        found("tags.team ILIKE 'V%'", "b", "a"),
        found("params.lr IS NULL", "c"),
        found("tags.team IS NOT NULL", "b", "a"),
        search("params.lr = 0.1").refused(400, INVALID, "Expected a quoted string value"),
        search("params.lr > '0.1'").refused(400, INVALID, "Invalid comparator '>'"),
        search("tags.team IN ('a')").refused(400, INVALID, "Expected a quoted string value"),
    ),
    case(
        "G03",
        "of the attributes only the id is compared with a list, and times with numbers",
        *THREE,
        search("run_name IN ('a')").refused(400, INVALID, "Only ['run_id'] attributes support comparison with a list"),
        search("start_time > '1'").refused(400, INVALID, "Expected numeric value type for numeric attribute"),
        search("status > 'FINISHED'").refused(400, INVALID, "Invalid comparator '>'"),
        found("start_time >= 2", "c", "b"),
    ),
    case(
        "G04",
        "unlike finds only what has the key",
        *THREE,
        found("params.lr != '0.1'", "b"),
        found("tags.team != 'none'", "b", "a"),
        found("metrics.`my loss` != 5", "a"),
    ),
    case(
        "G04",
        "values first, then NaN, then nothing, in both directions; else the newest first",
        *THREE,
        found("", "a", "b", "c", order_by=["metrics.loss ASC"]),
        found("", "a", "b", "c", order_by=["metrics.loss DESC"]),
        found("", "b", "a", "c", order_by=["params.lr DESC"]),
        found("", "a", "b", "c", order_by=["params.lr"]),
        found("", "c", "b", "a"),
        found("", "c", "b", "a", order_by=["metrics.none"]),
        post("runs/create", experiment_id="{exp}", start_time=1, run_name="a2").keep("z", "run.info.run_id"),
        lambda scene: search("start_time = 1").gives("runs.*.info.run_id", sorted([scene["a"], scene["z"]]))(scene),
    ),
    case(
        "G05",
        "experiments are searched by name, id, times and tags, the newest first",
        post("experiments/create", name="{u}-a", tags=[{"key": "k", "value": "{u}"}]).keep("a", "experiment_id"),
        post("experiments/create", name="{u}-B", tags=[{"key": "k", "value": "{u}"}]).keep("b", "experiment_id"),
        *(
            post("experiments/search", max_results=9, filter=f"tags.k = '{{u}}' AND {clause}").gives(
                "experiments.*.experiment_id", ids
            )
            for clause, ids in {
                "name = '{u}-a'": ["{a}"],
                "name != '{u}-a'": ["{b}"],
                "name LIKE '%-b'": [],
                "name ILIKE '%-b'": ["{b}"],
                "experiment_id = '{a}'": ["{a}"],
                "experiment_id IN ('{a}', '{b}')": ["{b}", "{a}"],
                "experiment_id NOT IN ('{a}')": ["{b}"],
                "creation_time > 0": ["{b}", "{a}"],
                "last_update_time < 1": [],
                "tags.none IS NULL": ["{b}", "{a}"],
            }.items()
        ),
        post("experiments/search", max_results=9, filter="name > 'a'").refused(400, INVALID),
        post("experiments/search", max_results=9, filter="creation_time > 1.5").refused(400, INVALID),
    ),
    case(
        "G05",
        "registered models are searched by name and tags, versions also by run, source and number",
        post("registered-models/set-tag", name="{model}", key="k", value="V"),
        new_version("s3://b/{u}", run_id="{run}", tags=[{"key": "k", "value": "V"}]),
        *(
            get("registered-models/search", filter=clause).gives("registered_models.*.name", ["{model}"])
            for clause in (
                "name = '{model}'",
                "name LIKE '{model}%' AND tags.k = 'V'",
                "name IN ('{model}', 'x')",
                "name = '{model}' AND tags.k ILIKE 'v'",
            )
        ),
        *(
            get("model-versions/search", filter=clause).gives("model_versions.*.name", ["{model}"])
            for clause in (
                "name = '{model}'",
                "run_id = '{run}'",
                "run_id IN ('{run}')",
                "source_path = 's3://b/{u}'",
                "name = '{model}' AND version_number = 1",
                "name = '{model}' AND version_number < 2 AND tags.k = 'V'",
            )
        ),
    ),
    case(
        "G05",
        "logged models are searched by prefixes in the plural, and by their attributes",
        post(
            "logged-models",
            experiment_id="{exp}",
            name="net",
            model_type="agent",
            source_run_id="{run}",
            params=[{"key": "p", "value": "1"}],
            tags=[{"key": "t", "value": "1"}],
        ).keep("logged", "model.info.model_id"),
        log_metric(0.5, model_id="{logged}"),
        *(
            post("logged-models/search", experiment_ids=["{exp}"], filter=clause).gives(
                "models.*.info.model_id", ["{logged}"]
            )
            for clause in (
                "name = 'net'",
                "attributes.name LIKE 'n%'",
                "model_id = '{logged}'",
                "model_type = 'agent'",
                "status = '1'",  # MLflow compares with the number that stands for it
                "source_run_id = '{run}'",
                "creation_timestamp > 0",
                "metrics.m >= 0.5",
                "params.p = '1'",
                "tags.t = '1'",
            )
        ),
        *(
            post("logged-models/search", experiment_ids=["{exp}"], filter=clause).refused(
                400, INVALID, "Invalid entity type"
            )
            for clause in ("metric.m > 0", "param.p = '1'", "tag.t = '1'", "attribute.name = 'net'")
        ),
    ),
]

CASES = [*WIRE, *CODES, *BAD, *LENGTHS, *MEANINGS, *GRAMMAR]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case.row}: {case.title}", marks=[pytest.mark.fourfold_only] if case.meant else [])
        for case in CASES
    ],
)
def test_trap(scene, case):
    for step in case.steps:
        step(scene)
