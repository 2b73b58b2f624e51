"""Logged models, by MLflow's client and over the wire."""

from __future__ import annotations

import json

import mlflow
import numpy
import pytest
from mlflow.entities import LoggedModelStatus
from sklearn.linear_model import LogisticRegression
from wire import Answer, Wire, path_of


@pytest.fixture
def run(client, tracking) -> str:
    return client.create_run(tracking).info.run_id


@pytest.fixture
def model(client, tracking, run) -> str:
    return client.create_logged_model(tracking, name="m", source_run_id=run).model_id


def fitted() -> tuple[LogisticRegression, numpy.ndarray]:
    x = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    return LogisticRegression().fit(x, [0, 0, 1, 1]), x


def test_model_is_logged_and_loaded_again(client, tracking):
    classifier, x = fitted()
    with mlflow.start_run() as active:
        info = mlflow.sklearn.log_model(classifier, name="model", params={"C": 1.0}, input_example=x)
    logged = mlflow.get_logged_model(info.model_id)
    assert (logged.name, logged.status, logged.source_run_id) == ("model", LoggedModelStatus.READY, active.info.run_id)
    assert logged.params == {"C": "1.0"}
    assert logged.artifact_location.endswith(f"/models/{info.model_id}/artifacts")
    (output,) = client.get_run(active.info.run_id).outputs.model_outputs
    assert output.model_id == info.model_id
    for uri in (info.model_uri, f"models:/{info.model_id}", f"runs:/{active.info.run_id}/model"):
        assert list(mlflow.sklearn.load_model(uri).predict(x)) == [0, 0, 1, 1]
    assert list(mlflow.pyfunc.load_model(info.model_uri).predict(x)) == [0, 0, 1, 1]
    files = {file.path for file in client.list_logged_model_artifacts(info.model_id)}
    assert {"MLmodel", "requirements.txt"} <= files


def test_metrics_of_a_model_are_its_own_and_the_runs(client, tracking, model):
    data = mlflow.data.from_numpy(numpy.arange(3.0), name="three")
    with mlflow.start_run() as active:
        mlflow.log_metric("acc", 0.5, step=1, model_id=model)
        mlflow.log_metric("acc", 0.75, step=2, model_id=model, dataset=data)
        mlflow.log_metrics({"loss": 0.1, "f1": 0.2}, step=3, model_id=model)
    metrics = mlflow.get_logged_model(model).metrics
    assert {(m.key, m.value, m.step, m.run_id, m.dataset_name, m.dataset_digest) for m in metrics} == {
        ("acc", 0.5, 1, active.info.run_id, None, None),
        ("acc", 0.75, 2, active.info.run_id, "three", data.digest),
        ("loss", 0.1, 3, active.info.run_id, None, None),
        ("f1", 0.2, 3, active.info.run_id, None, None),
    }
    assert client.get_run(active.info.run_id).data.metrics == {"acc": 0.75, "loss": 0.1, "f1": 0.2}
    assert [m.value for m in client.get_metric_history(active.info.run_id, "acc")] == [0.5, 0.75]


def test_repeated_metric_is_held_once(wire: Wire, run, model):
    body = {"run_id": run, "key": "acc", "value": 0.5, "timestamp": 1, "step": 0, "model_id": model}
    for _ in range(3):
        assert wire.post("runs/log-metric", body).ok() == {}
    (metric,) = wire.get(f"logged-models/{model}").ok()["model"]["data"]["metrics"]
    assert metric == {
        "key": "acc",
        "value": 0.5,
        "timestamp": 1,
        "step": 0,
        "model_id": model,
        "run_id": run,
    }


@pytest.mark.fourfold_only  # MLflow stores the metrics of the run, and answers 400 with its database's complaint.
def test_metric_of_an_unknown_model_leaves_nothing(wire: Wire, run):
    metrics = [{"key": "a", "value": 1, "timestamp": 1}, {"key": "b", "value": 1, "timestamp": 1, "model_id": "m-0"}]
    wire.post("runs/log-batch", {"run_id": run, "metrics": metrics}).refused(400, fragment="'m-0' not found")
    assert "metrics" not in wire.get("runs/get", run_id=run).ok()["run"]["data"]


def test_life_of_a_model(client, tracking, run):
    created = client.create_logged_model(
        tracking, name="life", model_type="agent", source_run_id=run, params={"b": "1", "a": "2"}, tags={"t": "1"}
    )
    assert (created.status, created.tags, created.params) == (LoggedModelStatus.PENDING, {"t": "1"}, {"a": "2", "b": "1"})
    client.set_logged_model_tags(created.model_id, {"t": "2", "a/b c+d": "3"})
    client.log_model_params(created.model_id, {"late": "x" * 7000})
    client.finalize_logged_model(created.model_id, LoggedModelStatus.FAILED)
    client.delete_logged_model_tag(created.model_id, "t")
    now = client.get_logged_model(created.model_id)
    assert (now.status, now.tags) == (LoggedModelStatus.FAILED, {"a/b c+d": "3"})
    assert now.params == {"a": "2", "b": "1", "late": "x" * 7000}
    assert now.last_updated_timestamp >= now.creation_timestamp == created.creation_timestamp
    client.delete_logged_model(created.model_id)
    with pytest.raises(mlflow.MlflowException, match=f"Logged model with ID '{created.model_id}' not found"):
        client.get_logged_model(created.model_id)
    assert client.search_logged_models([tracking]) == []


def test_many_params_come_in_pages(client, tracking):
    params = {f"p{i:03}": str(i) for i in range(250)}
    assert client.create_logged_model(tracking, params=params).params == params


def test_search_filters_orders_and_pages(client, tracking, run):
    ids = [
        client.create_logged_model(tracking, name=f"n{i}", params={"p": str(i)}, tags={"t": "even" if i % 2 == 0 else "odd"}).model_id
        for i in range(5)
    ]
    for i, model_id in enumerate(ids):
        client.log_metric(run, "acc", (i * 3) % 5, model_id=model_id, dataset_name="d", dataset_digest=str(i % 2))
    found = mlflow.search_logged_models([tracking], "tags.t = 'even' AND metrics.acc > 0", output_format="list")
    assert {model.name for model in found} == {"n2", "n4"}
    by_metric = mlflow.search_logged_models(
        [tracking], order_by=[{"field_name": "metrics.acc", "ascending": False}], output_format="list"
    )
    assert [model.name for model in by_metric] == ["n3", "n1", "n4", "n2", "n0"]
    on_data = mlflow.search_logged_models(
        [tracking], datasets=[{"dataset_name": "d", "dataset_digest": "1"}], output_format="list"
    )
    assert {model.name for model in on_data} == {"n1", "n3"}
    frame = mlflow.search_logged_models([tracking], "name = 'n3'")
    assert list(frame["model_id"]) == [ids[3]]
    names, token = [], None
    while True:
        page = client.search_logged_models(
            [tracking], max_results=2, order_by=[{"field_name": "name"}], page_token=token
        )
        names += [model.name for model in page]
        token = page.token
        if not token:
            break
    assert names == ["n0", "n1", "n2", "n3", "n4"]


def call(wire: Wire, method: str, path: str, body: object) -> Answer:
    data = None if body is None else json.dumps(body)
    return wire.send(method, path_of(path), data, {"Content-Type": "application/json"})


SEARCH = "logged-models/search"
MISSING = "Missing value for required parameter"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "fragment"),
    [
        ("POST", "logged-models", {}, 400, f"{MISSING} 'experiment_id'"),
        ("POST", "logged-models", {"experiment_id": "abc"}, 400, "Invalid experiment ID 'abc'"),
        ("POST", "logged-models", {"experiment_id": "99999999"}, 404, "No Experiment with id=99999999 exists"),
        ("POST", "logged-models", {"experiment_id": "0", "name": "a/b"}, 400, "Invalid model name ('a/b') provided."),
        ("POST", "logged-models", {"experiment_id": "0", "name": 5}, 400, "Invalid value 5 for parameter 'name'"),
        ("GET", "logged-models/m-0", None, 404, "Logged model with ID 'm-0' not found."),
        ("GET", SEARCH, None, 404, "Logged model with ID 'search' not found."),
        ("PATCH", "logged-models/m-0", {}, 400, f"{MISSING} 'model_id'"),
        ("PATCH", "logged-models/m-0", {"model_id": "m-0"}, 400, f"{MISSING} 'status'"),
        ("PATCH", "logged-models/m-0", {"model_id": "m-0", "status": 2}, 404, "Logged model with ID 'm-0' not found."),
        ("PATCH", "logged-models/m-0/tags", {"tags": [{"key": "k", "value": "v"}]}, 404, "'m-0' not found."),
        ("DELETE", "logged-models/m-0/tags/k", None, 404, "Logged model with ID 'm-0' not found."),
        ("POST", "logged-models/m-0/params", {"params": []}, 400, f"{MISSING} 'model_id'"),
        ("POST", "logged-models/m-0/params", {"model_id": "m-0", "params": []}, 404, "'m-0' not found."),
        ("DELETE", "logged-models/m-0", None, 404, "Logged model with ID 'm-0' not found."),
        ("GET", "logged-models/m-0/artifacts/directories", None, 404, "Logged model with ID 'm-0' not found."),
        ("POST", SEARCH, {}, 400, f"{MISSING} 'experiment_ids'"),
        ("POST", SEARCH, {"experiment_ids": ["abc"]}, 400, "Invalid experiment ID 'abc'"),
        ("POST", SEARCH, {"filter": "bogus"}, 400, "Invalid filter string: 'bogus'. Expected a list of comparisons"),
        ("POST", SEARCH, {"filter": "metric.a > 1"}, 400, "Invalid entity type: 'metric'. Expected one of"),
        ("POST", SEARCH, {"filter": "name > 'a'"}, 400, "Invalid comparison operator for attributes.name: '>'."),
        ("POST", SEARCH, {"datasets": [{}]}, 400, "`dataset_name` in the `datasets` clause must be specified."),
        ("POST", SEARCH, {"order_by": [{"field_name": "x"}]}, 400, "Invalid order by field name: x"),
        ("POST", SEARCH, {"order_by": [{"field_name": "params.p"}]}, 400, "Only metrics are supported."),
        ("POST", SEARCH, {"page_token": 5}, 400, "Invalid value 5 for parameter 'page_token'"),
    ],
)
def test_bad_request_is_refused_in_mlflows_words(wire: Wire, method, path, body, status, fragment):
    if path == SEARCH and body:
        body = {"experiment_ids": ["0"]} | body
    call(wire, method, path, body).refused(status, fragment=fragment)


@pytest.mark.fourfold_only  # MLflow answers 500, or 200 to half of the request.
@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        ({"filter": "bogus = 'x'"}, "Invalid attribute key 'bogus'"),
        ({"filter": "metrics.a > 'x'"}, "Expected numeric value type for metric."),
        ({"filter": "creation_timestamp > 'x'"}, "Expected numeric value type"),
        ({"max_results": -1}, "Invalid value -1 for parameter 'max_results'"),
        ({"page_token": "bogus"}, "Invalid page token"),
    ],
)
def test_search_without_meaning_is_refused(wire: Wire, body, fragment):
    call(wire, "POST", SEARCH, {"experiment_ids": ["0"]} | body).refused(400, "INVALID_PARAMETER_VALUE", fragment)


def test_page_token_belongs_to_its_query(wire: Wire, client, tracking):
    for name in ("a", "b"):
        client.create_logged_model(tracking, name=name)
    body = {"experiment_ids": [tracking], "max_results": 1}
    token = wire.post(SEARCH, body).ok()["next_page_token"]
    assert [m["info"]["name"] for m in wire.post(SEARCH, body | {"page_token": token}).ok()["models"]] == ["a"]
    for other, fragment in (
        ({"experiment_ids": [tracking, "0"]}, f"Expected: ['{tracking}', '0']. Found: ['{tracking}']"),
        ({"filter": "name = 'a'"}, "Filter string in the page token does not match the requested filter string."),
        ({"order_by": [{"field_name": "name"}]}, "Order by in the page token does not match the requested order by."),
    ):
        wire.post(SEARCH, body | {"page_token": token} | other).refused(400, "INVALID_PARAMETER_VALUE", fragment)
