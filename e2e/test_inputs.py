"""Datasets and models that runs read and made."""

from __future__ import annotations

import json

import mlflow
import numpy
import pandas
import pytest
from wire import Wire


def dataset(name: str = "d", digest: str = "1", **more: str) -> dict:
    return {"name": name, "digest": digest, "source_type": "local", "source": "{}"} | more


@pytest.fixture
def run(client, tracking) -> str:
    return client.create_run(tracking).info.run_id


def test_dataset_of_pandas_is_recorded_and_found(client, tracking):
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    data = mlflow.data.from_pandas(frame, source="http://example.org/three.csv", name="three", targets="b")
    with mlflow.start_run() as active:
        mlflow.log_input(data, context="training", tags={"k": "ü"})
        mlflow.log_input(data, context="validation")
    (found,) = client.get_run(active.info.run_id).inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest, found.dataset.source_type) == ("three", data.digest, "http")
    assert json.loads(found.dataset.profile) == {"num_rows": 3, "num_elements": 6}
    assert {tag.key: tag.value for tag in found.tags} == {"mlflow.data.context": "training", "k": "ü"}
    assert mlflow.data.get_source(found).url == "http://example.org/three.csv"
    for clause in ("name = 'three'", f"digest = '{data.digest}'", "context = 'training'", "name LIKE 'thr%'"):
        (hit,) = client.search_runs([tracking], f"datasets.{clause}")
        assert [i.dataset.name for i in hit.inputs.dataset_inputs] == ["three"]
    assert client.search_runs([tracking], "datasets.context = 'validation'") == []


def test_datasets_of_numpy_keep_their_order(client, tracking):
    with mlflow.start_run() as active:
        for name in ("z", "a", "m"):
            mlflow.log_input(mlflow.data.from_numpy(numpy.arange(4.0) + ord(name), name=name))
    assert [i.dataset.name for i in client.get_run(active.info.run_id).inputs.dataset_inputs] == ["z", "a", "m"]


def test_models_read_are_shown_by_get_alone_models_made_by_search_too(wire: Wire, tracking, run):
    for _ in range(2):
        body = {"run_id": run, "models": [{"model_id": "m-2"}, {"model_id": "m-1"}], "datasets": [{"dataset": dataset()}]}
        assert wire.post("runs/log-inputs", body).ok() == {}
    assert wire.post("runs/outputs", {"run_id": run, "models": [{"model_id": "m-3", "step": "7"}]}).ok() == {}
    got = wire.get("runs/get", run_id=run).ok()["run"]
    assert got["inputs"] == {
        "dataset_inputs": [{"dataset": dataset()}],
        "model_inputs": [{"model_id": "m-1"}, {"model_id": "m-2"}],
    }
    assert got["outputs"] == {"model_outputs": [{"model_id": "m-3", "step": 7}]}
    (found,) = wire.post("runs/search", {"experiment_ids": [tracking]}).ok()["runs"]
    assert found["inputs"] == {"dataset_inputs": [{"dataset": dataset()}]}
    assert found["outputs"] == got["outputs"]


@pytest.mark.fourfold_only  # MLflow answers a repeat with its database's complaint.
def test_repeated_output_changes_nothing(wire: Wire, run):
    for step in (1, 1, 2):
        assert wire.post("runs/outputs", {"run_id": run, "models": [{"model_id": "m-1", "step": step}]}).ok() == {}
    assert wire.get("runs/get", run_id=run).ok()["run"]["outputs"] == {
        "model_outputs": [{"model_id": "m-1", "step": 1}]
    }


def test_history_of_models_grows(wire: Wire, run):
    model = {"artifact_path": "model", "flavors": {"sklearn": {"v": 1, "config": {}}}, "utc_time_created": "2020", "run_id": run}
    for path in ("first", "second"):
        body = {"run_id": run, "model_json": json.dumps(model | {"artifact_path": path, "model_uuid": path, "more": 1})}
        assert wire.post("runs/log-model", body).ok() == {}
    tags = {tag["key"]: tag["value"] for tag in wire.get("runs/get", run_id=run).ok()["run"]["data"]["tags"]}
    assert tags["mlflow.log-model.history"] == json.dumps(
        [
            {
                "run_id": run,
                "artifact_path": path,
                "utc_time_created": "2020",
                "model_uuid": path,
                "flavors": {"sklearn": {"v": 1}},
            }
            for path in ("first", "second")
        ]
    )


def test_datasets_of_an_experiment_are_summed_up(wire: Wire, tracking, run):
    tagged = {"dataset": dataset(), "tags": [{"key": "mlflow.data.context", "value": "train"}]}
    wire.post("runs/log-inputs", {"run_id": run, "datasets": [tagged, {"dataset": dataset("a")}]}).ok()
    answer = wire.post("/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [tracking]}).ok()
    assert answer["dataset_summaries"] == [
        {"experiment_id": tracking, "name": "a", "digest": "1"},
        {"experiment_id": tracking, "name": "d", "digest": "1", "context": "train"},
    ]


LONG = "exceeds the maximum length of"


@pytest.mark.parametrize(
    ("path", "body", "status", "fragment"),
    [
        ("log-inputs", {"run_id": None}, 400, "Missing value for required parameter 'run_id'"),
        ("log-inputs", {"run_id": "x/y z"}, 400, "Invalid value \"x/y z\" for parameter 'run_id' supplied."),
        ("log-inputs", {"run_id": "0" * 32}, 404, "not found"),
        ("log-inputs", {"datasets": "x"}, 400, "for parameter 'datasets' supplied"),
        ("log-inputs", {"models": "x"}, 400, "for parameter 'models' supplied"),
        ("log-inputs", {"datasets": [{"dataset": dataset("n" * 501)}]}, 400, f"'name' {LONG} 500"),
        ("log-inputs", {"datasets": [{"dataset": dataset(digest="g" * 37)}]}, 400, f"'digest' {LONG} 36"),
        ("log-inputs", {"datasets": [{"dataset": dataset(source="s" * 65536)}]}, 400, f"'source' {LONG} 65535"),
        ("log-inputs", {"datasets": [{"dataset": dataset(schema="s" * 1048576)}]}, 400, f"'schema' {LONG} 1048575"),
        ("log-inputs", {"datasets": [{"dataset": dataset(), "tags": [{"key": "k" * 256}]}]}, 400, f"'key' {LONG} 255"),
        (
            "log-inputs",
            {"datasets": [{"dataset": dataset(), "tags": [{"key": "k", "value": "v" * 501}]}]},
            400,
            f"'value' {LONG} 500",
        ),
        ("outputs", {}, 400, "Missing value for required parameter 'models'"),
        ("outputs", {"models": "x"}, 400, "for parameter 'models' supplied"),
        ("outputs", {"run_id": "x/y z", "models": []}, 404, "Run with id=x/y z not found"),
        ("log-model", {}, 400, "Missing value for required parameter 'model_json'"),
        ("log-model", {"model_json": "{"}, 400, "Malformed model info."),
        ("log-model", {"model_json": "{}"}, 400, "Model json is missing mandatory fields: {"),
    ],
)
def test_bad_use_is_refused(wire: Wire, run, path, body, status, fragment):
    given = {key: value for key, value in ({"run_id": run} | body).items() if value is not None}
    wire.post(f"runs/{path}", given).refused(status, fragment=fragment)
    assert wire.get("runs/get", run_id=run).ok()["run"]["inputs"] == {}


def test_deleted_run_takes_nothing(wire: Wire, client, run):
    client.delete_run(run)
    fragment = f"The run {run} must be in the 'active' state. Current state is deleted."
    wire.post("runs/log-inputs", {"run_id": run, "datasets": []}).refused(400, "INVALID_PARAMETER_VALUE", fragment)
    wire.post("runs/outputs", {"run_id": run, "models": []}).refused(400, "INVALID_PARAMETER_VALUE", fragment)
