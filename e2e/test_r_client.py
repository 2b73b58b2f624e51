"""The requests of MLflow's R client, in the form in which it sends them.

It turns every number and truth value of a body into text, as R writes it (`1e+05` is the step 100,000), leaves out what
was not given, sends an empty list as one, and names a run both `run_uuid` and `run_id`. Its package is in no Debian
release, so that these requests, taken from its source, stand in for it. Files it moves through the Python package.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from wire import Answer, Wire

HEADERS = {
    "User-Agent": "mlflow-r-client/3.17.2",
    "Accept": "application/json, text/xml, application/xml, */*",
}


@dataclass(frozen=True)
class R:
    """A client in R, and what it has made: an experiment, a run, a registered model with one version."""

    wire: Wire
    experiment: str
    run: str
    model: str

    def call(self, verb: str, route: str, given: dict | None = None) -> Answer:
        """One request; `<experiment>`, `<run>` and `<model>` stand for what was made."""
        given = json.loads(self.named(json.dumps(given or {})))
        if verb == "GET":
            query = f"?{urlencode(given, doseq=True)}" if given else ""
            return self.wire.send(verb, f"/api/2.0/mlflow/{route}{query}", None, HEADERS)
        headers = {**HEADERS, "Content-Type": "application/json"}
        return self.wire.send(verb, f"/api/2.0/mlflow/{route}", json.dumps(given), headers)

    def named(self, text: str) -> str:
        return text.replace("<experiment>", self.experiment).replace("<run>", self.run).replace("<model>", self.model)


@pytest.fixture
def r(wire: Wire) -> Iterator[R]:
    name = f"r-{uuid.uuid4().hex}"
    nobody = R(wire, "", "", "")
    tags = [{"key": "language", "value": "R"}]
    experiment = nobody.call("POST", "experiments/create", {"name": name, "tags": tags}).ok()["experiment_id"]
    body = {"experiment_id": experiment, "user_id": "unknown", "start_time": "1700000000123", "tags": run_tags()}
    run = nobody.call("POST", "runs/create", body).ok()["run"]["info"]["run_uuid"]
    nobody.call("POST", "registered-models/create", {"name": name, "description": "from R"}).ok()
    source = {"name": name, "source": f"runs:/{run}/model", "run_id": run}
    nobody.call("POST", "model-versions/create", source).ok()
    yield R(wire, experiment, run, name)
    nobody.call("POST", "experiments/delete", {"experiment_id": experiment})  # a test may have deleted it already
    nobody.call("DELETE", "registered-models/delete", {"name": name})


def run_tags() -> list[dict[str, str]]:
    """The source's type is a number in R: MLFLOW_SOURCE_TYPE$LOCAL."""
    pairs = {"mlflow.user": "unknown", "mlflow.source.name": "<console>", "mlflow.source.type": "4"}
    return [{"key": key, "value": value} for key, value in pairs.items()]


RUN = {"run_uuid": "<run>", "run_id": "<run>"}
METRIC = {**RUN, "key": "m", "timestamp": "1700000000123"}
FLAVOR = {"artifact_path": "model", "run_id": "<run>", "utc_time_created": "20-01-01T00:00:00", "flavors": {}}

# Function of the client, verb, route, what it sends, and a part of the answer.
ANSWERED = [
    ("validate_server", "POST", "experiments/search", {"max_results": "1"}, '"experiments"'),
    (
        "search_experiments",
        "POST",
        "experiments/search",
        {"filter": "name = '<model>'", "view_type": "ACTIVE_ONLY", "max_results": "1000", "order_by": ["name"]},
        "<model>",
    ),
    (
        "search_experiments_of_all",
        "POST",
        "experiments/search",
        {"view_type": "ALL", "max_results": "1000", "order_by": []},
        '"experiments"',
    ),
    ("get_experiment", "GET", "experiments/get", {"experiment_id": "<experiment>"}, "<model>"),
    ("get_experiment_by_name", "GET", "experiments/get-by-name", {"experiment_name": "<model>"}, "<model>"),
    (
        "set_experiment_tag",
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "<experiment>", "key": "k", "value": "v"},
        "{}",
    ),
    (
        "rename_experiment",
        "POST",
        "experiments/update",
        {"experiment_id": "<experiment>", "new_name": "<model>-x"},
        "{}",
    ),
    ("delete_experiment", "POST", "experiments/delete", {"experiment_id": "<experiment>"}, "{}"),
    ("get_run", "GET", "runs/get", RUN, "<run>"),
    ("get_run_by_the_old_name", "GET", "runs/get", {"run_uuid": "<run>"}, "<run>"),
    ("log_param", "POST", "runs/log-parameter", {**RUN, "key": "p", "value": "1"}, "{}"),
    ("set_tag", "POST", "runs/set-tag", {**RUN, "key": "k", "value": "v"}, "{}"),
    ("log_batch_of_nothing", "POST", "runs/log-batch", {"run_id": "<run>"}, "{}"),
    ("log_batch_of_empty_lists", "POST", "runs/log-batch", {"run_id": "<run>", "metrics": [], "params": []}, "{}"),
    ("set_terminated", "POST", "runs/update", {**RUN, "status": "FINISHED", "end_time": "1700000001123"}, "FINISHED"),
    ("delete_run", "POST", "runs/delete", {"run_id": "<run>"}, "{}"),
    (
        "search_runs",
        "POST",
        "runs/search",
        {"experiment_ids": ["<experiment>"], "run_view_type": "ACTIVE_ONLY", "order_by": []},
        "<run>",
    ),
    (
        "search_runs_by_a_filter",
        "POST",
        "runs/search",
        {
            "experiment_ids": ["<experiment>"],
            "filter": "tags.mlflow.user = 'unknown'",
            "run_view_type": "ALL",
            "order_by": ["start_time DESC"],
        },
        "<run>",
    ),
    (
        "list_run_infos",
        "POST",
        "runs/search",
        {"experiment_ids": ["<experiment>"], "run_view_type": "ACTIVE_ONLY"},
        "<run>",
    ),
    ("list_artifacts", "GET", "artifacts/list", RUN, "root_uri"),
    ("list_artifacts_of_a_folder", "GET", "artifacts/list", {**RUN, "path": "model"}, "root_uri"),
    (
        "record_logged_model",
        "POST",
        "runs/log-model",
        {"run_id": "<run>", "model_json": json.dumps(FLAVOR)},
        "{}",
    ),
    ("get_registered_model", "GET", "registered-models/get", {"name": "<model>"}, "from R"),
    (
        "update_registered_model",
        "PATCH",
        "registered-models/update",
        {"name": "<model>", "description": "again"},
        "again",
    ),
    (
        "rename_registered_model",
        "POST",
        "registered-models/rename",
        {"name": "<model>", "new_name": "<model>-x"},
        "<model>-x",
    ),
    ("delete_registered_model", "DELETE", "registered-models/delete", {"name": "<model>"}, "{}"),
    ("get_latest_versions", "GET", "registered-models/get-latest-versions", {"name": "<model>"}, '"1"'),
    (
        "get_latest_versions_of_a_stage",
        "GET",
        "registered-models/get-latest-versions",
        {"name": "<model>", "stages": "None"},
        '"1"',
    ),
    (
        "set_registered_model_alias",
        "POST",
        "registered-models/alias",
        {"name": "<model>", "alias": "best", "version": "1"},
        "{}",
    ),
    ("get_model_version", "GET", "model-versions/get", {"name": "<model>", "version": "1"}, "<run>"),
    (
        "get_model_version_download_uri",
        "GET",
        "model-versions/get-download-uri",
        {"name": "<model>", "version": "1"},
        "artifact_uri",
    ),
    (
        "update_model_version",
        "PATCH",
        "model-versions/update",
        {"name": "<model>", "version": "1", "description": "again"},
        "again",
    ),
    (
        "set_model_version_tag",
        "POST",
        "model-versions/set-tag",
        {"name": "<model>", "version": "1", "key": "k", "value": "v"},
        "{}",
    ),
    ("delete_model_version", "DELETE", "model-versions/delete", {"name": "<model>", "version": "1"}, "{}"),
]


@pytest.mark.parametrize(("verb", "route", "given", "part"), [c[1:] for c in ANSWERED], ids=[c[0] for c in ANSWERED])
def test_call_is_answered(r: R, verb: str, route: str, given: dict, part: str) -> None:
    answer = r.call(verb, route, given)
    body = answer.ok()
    assert body == {} if part == "{}" else r.named(part) in answer.text, answer.text


# A metric's value and step as R writes them, and as they are read back.
NUMBERS = [
    ("0.5", "0", 0.5, 0),
    ("-1", "-1", -1.0, -1),
    ("1e-10", "7", 1e-10, 7),
    ("1e+300", "7", 1e300, 7),
    ("0.333333333333333", "7", 0.333333333333333, 7),
    ("2", "1e+05", 2.0, 100_000),
    ("2", "123456", 2.0, 123_456),
    ("NaN", "0", "NaN", 0),
    ("Infinity", "0", 1.7976931348623157e308, 0),
    ("-Infinity", "0", -1.7976931348623157e308, 0),
]


@pytest.mark.parametrize(("value", "step", "read_value", "read_step"), NUMBERS)
def test_number_as_text_is_read_back(r: R, value: str, step: str, read_value: object, read_step: int) -> None:
    assert r.call("POST", "runs/log-metric", {**METRIC, "value": value, "step": step}).ok() == {}
    history = r.call("GET", "metrics/get-history", {**RUN, "metric_key": "m"}).ok()["metrics"]
    assert history == [{"key": "m", "value": read_value, "timestamp": 1_700_000_000_123, "step": read_step}]


def test_batch_of_data_frames_is_read_back(r: R) -> None:
    """Rows of data frames, every column as text; a timestamp with many zeros is `1.7e+12`."""
    metrics = [
        {"key": "loss", "value": "0.5", "step": "1", "timestamp": "1.7e+12"},
        {"key": "loss", "value": "NaN", "step": "2", "timestamp": "1700000000001"},
    ]
    frames = {"metrics": metrics, "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "TRUE"}]}
    assert r.call("POST", "runs/log-batch", {"run_id": "<run>", **frames}).ok() == {}
    history = r.call("GET", "metrics/get-history", {**RUN, "metric_key": "loss"}).ok()["metrics"]
    assert [(m["value"], m["step"], m["timestamp"]) for m in history] == [
        (0.5, 1, 1_700_000_000_000),
        ("NaN", 2, 1_700_000_000_001),
    ]
    data = r.call("GET", "runs/get", RUN).ok()["run"]["data"]
    assert data["params"] == [{"key": "p", "value": "1"}]
    assert {"key": "t", "value": "TRUE"} in data["tags"]


def test_run_and_experiment_come_back(r: R) -> None:
    r.call("POST", "runs/delete", {"run_id": "<run>"}).ok()
    r.call("POST", "runs/restore", {"run_id": "<run>"}).ok()
    r.call("POST", "experiments/delete", {"experiment_id": "<experiment>"}).ok()
    r.call("POST", "experiments/restore", {"experiment_id": "<experiment>"}).ok()
    info = r.call("GET", "runs/get", RUN).ok()["run"]["info"]
    assert (info["lifecycle_stage"], info["user_id"], info["start_time"]) == ("active", "unknown", 1_700_000_000_123)


def test_tag_and_alias_are_taken_back(r: R) -> None:
    r.call("POST", "runs/set-tag", {**RUN, "key": "k", "value": "v"}).ok()
    assert r.call("POST", "runs/delete-tag", {"run_id": "<run>", "key": "k"}).ok() == {}
    r.call("POST", "registered-models/alias", {"name": "<model>", "alias": "best", "version": "1"}).ok()
    found = r.call("GET", "registered-models/alias", {"name": "<model>", "alias": "best"}).ok()["model_version"]
    assert (found["version"], found["run_id"]) == ("1", r.run)


def test_two_calls_are_refused_as_mlflows_server_refuses_them(r: R) -> None:
    """The client posts the search of models, and sends FALSE as text: MLflow's server of this version takes neither."""
    assert r.call("POST", "registered-models/search", {"max_results": "100", "order_by": []}).status == 405
    body = {"name": "<model>", "version": "1", "stage": "Staging", "archive_existing_versions": "FALSE"}
    r.call("POST", "model-versions/transition-stage", body).refused(400, "INVALID_PARAMETER_VALUE", '"FALSE"')
