"""Runs: their life, params and tags, and that every write is seen by the next read."""

from __future__ import annotations

import re
import time

import mlflow
import pytest
from mlflow.entities import Param, RunStatus, RunTag
from wire import Wire


def get(wire: Wire, run_id: str) -> dict:
    return wire.get("runs/get", run_id=run_id).ok()["run"]


def pairs(run: dict, kind: str) -> dict[str, str]:
    return {item["key"]: item["value"] for item in run["data"].get(kind, [])}


def test_create_gives_every_field(wire, experiment_id):
    body = {
        "experiment_id": experiment_id,
        "user_id": "ann",
        "run_name": "first",
        "start_time": 1_700_000_000_123,
        "tags": [{"key": "mlflow.user", "value": "ann"}, {"key": "t", "value": "1"}],
    }
    run = wire.post("runs/create", body).ok()["run"]
    run_id = run["info"]["run_id"]
    assert re.fullmatch("[0-9a-f]{32}", run_id)
    assert run["info"] == {
        "run_uuid": run_id,
        "experiment_id": experiment_id,
        "run_name": "first",
        "user_id": "ann",
        "status": "RUNNING",
        "start_time": 1_700_000_000_123,
        "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        "lifecycle_stage": "active",
        "run_id": run_id,
    }
    assert set(run["data"]) == {"tags"}  # what is empty is left out
    assert pairs(run, "tags") == {"mlflow.user": "ann", "t": "1", "mlflow.runName": "first"}
    assert run["inputs"] == {}

    found = get(wire, run_id)
    assert found["info"] == run["info"]
    assert pairs(found, "tags") == pairs(run, "tags")
    assert (found["inputs"], found["outputs"]) == ({}, {})


def test_create_with_nothing_but_an_experiment_gets_a_name(wire, experiment_id):
    run = wire.post("runs/create", {"experiment_id": experiment_id}).ok()["run"]
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", run["info"]["run_name"])
    assert pairs(run, "tags") == {"mlflow.runName": run["info"]["run_name"]}
    assert (run["info"]["user_id"], run["info"]["start_time"]) == ("", 0)
    assert "end_time" not in run["info"]


def test_create_takes_the_name_from_the_tag(wire, experiment_id):
    tags = [{"key": "mlflow.runName", "value": "by tag"}]
    run = wire.post("runs/create", {"experiment_id": experiment_id, "tags": tags}).ok()["run"]
    assert run["info"]["run_name"] == "by tag"


def test_create_takes_a_long_as_text(wire, experiment_id):
    run = wire.post("runs/create", {"experiment_id": experiment_id, "start_time": "1700000000001"}).ok()["run"]
    assert run["info"]["start_time"] == 1_700_000_000_001


def test_get_by_run_uuid_gives_the_same(wire, run_id):
    found = wire.get("runs/get", run_id=run_id).ok()
    assert wire.get("runs/get", run_uuid=run_id).ok() == found
    assert wire.get("runs/get", run_id=run_id, run_uuid=run_id).ok() == found
    assert wire.send("GET", f"/ajax-api/2.0/mlflow/runs/get?run_id={run_id}").ok() == found


@pytest.mark.parametrize("status", ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
def test_update_sets_status_end_and_name(wire, run_id, status):
    body = {"run_id": run_id, "status": status, "end_time": 1_700_000_009_999, "run_name": "renamed"}
    info = wire.post("runs/update", body).ok()["run_info"]
    assert (info["status"], info["end_time"], info["run_name"]) == (status, 1_700_000_009_999, "renamed")
    found = get(wire, run_id)
    assert found["info"] == info
    assert pairs(found, "tags")["mlflow.runName"] == "renamed"


def test_update_changes_only_what_is_given(wire, run_id):
    wire.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 5, "run_name": "n"}).ok()
    for body in ({}, {"run_name": ""}):
        info = wire.post("runs/update", {"run_id": run_id, **body}).ok()["run_info"]
        assert (info["status"], info["end_time"], info["run_name"]) == ("FINISHED", 5, "n")
    info = wire.post("runs/update", {"run_id": run_id, "status": "RUNNING"}).ok()["run_info"]
    assert (info["status"], info["end_time"], info["run_name"]) == ("RUNNING", 5, "n")


def test_name_tag_renames_the_run(wire, run_id):
    wire.post("runs/set-tag", {"run_id": run_id, "key": "mlflow.runName", "value": "by set-tag"}).ok()
    assert get(wire, run_id)["info"]["run_name"] == "by set-tag"
    tags = [{"key": "mlflow.runName", "value": "by log-batch"}]
    wire.post("runs/log-batch", {"run_id": run_id, "tags": tags}).ok()
    assert get(wire, run_id)["info"]["run_name"] == "by log-batch"


def test_delete_and_restore_may_be_repeated(wire, run_id):
    for _ in range(2):
        assert wire.post("runs/delete", {"run_id": run_id}).ok() == {}
        assert get(wire, run_id)["info"]["lifecycle_stage"] == "deleted"
    for _ in range(2):
        assert wire.post("runs/restore", {"run_id": run_id}).ok() == {}
        assert get(wire, run_id)["info"]["lifecycle_stage"] == "active"


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("log-metric", {"key": "m", "value": 1, "timestamp": 1}),
        ("log-parameter", {"key": "p", "value": "1"}),
        ("set-tag", {"key": "t", "value": "1"}),
        ("delete-tag", {"key": "t"}),
        ("log-batch", {"metrics": [{"key": "m", "value": 1, "timestamp": 1}]}),
        ("log-batch", {}),
        ("update", {"status": "FINISHED"}),
    ],
)
def test_deleted_run_takes_no_writes(wire, run_id, route, body):
    wire.post("runs/set-tag", {"run_id": run_id, "key": "t", "value": "0"}).ok()
    wire.post("runs/delete", {"run_id": run_id}).ok()
    before = get(wire, run_id)
    wire.post(f"runs/{route}", {"run_id": run_id, **body}).refused(
        400,
        "INVALID_PARAMETER_VALUE",
        f"The run {run_id} must be in the 'active' state. Current state is deleted.",
    )
    assert get(wire, run_id) == before
    assert wire.get("metrics/get-history", run_id=run_id, metric_key="m").ok() == {}


# --- params and tags ---


def test_params_and_tags_come_back_as_logged(wire, run_id):
    texts = {
        "plain": "1",
        "empty": "",
        "unicode/ключ: 1.5-a_b": "значение 🚀 \u202e rtl",
        "lines": "one\ntwo\r\n\tthree",
        "quotes": "'; DROP TABLE runs; -- \" ` \\ ${x} {{y}} %s",
        "json": '{"$where": "1", "a.b": null}',
        "k" * 250: "long key",
    }
    for key, value in texts.items():
        assert wire.post("runs/log-parameter", {"run_id": run_id, "key": key, "value": value}).ok() == {}
        assert wire.post("runs/set-tag", {"run_id": run_id, "key": key, "value": value}).ok() == {}
    run = get(wire, run_id)
    assert pairs(run, "params") == texts
    assert {k: v for k, v in pairs(run, "tags").items() if k in texts} == texts


def test_missing_value_is_an_empty_one(wire, run_id):
    wire.post("runs/log-parameter", {"run_id": run_id, "key": "p"}).ok()
    wire.post("runs/set-tag", {"run_id": run_id, "key": "t"}).ok()
    run = get(wire, run_id)
    assert (pairs(run, "params")["p"], pairs(run, "tags")["t"]) == ("", "")


@pytest.mark.parametrize("by", ["one", "batch"])
def test_long_values_are_cut(wire, run_id, by):
    for length in (5999, 6000, 6001, 7999, 8000, 8001, 20000):
        for kind, route in (("params", "log-parameter"), ("tags", "set-tag")):
            item = {"key": f"{kind}{length}", "value": "ä" * length}
            if by == "one":
                wire.post(f"runs/{route}", {"run_id": run_id, **item}).ok()
            else:
                wire.post("runs/log-batch", {"run_id": run_id, kind: [item]}).ok()
    run = get(wire, run_id)
    for length in (5999, 6000, 6001, 7999, 8000, 8001, 20000):
        assert pairs(run, "params")[f"params{length}"] == "ä" * min(length, 6000)
        assert pairs(run, "tags")[f"tags{length}"] == "ä" * min(length, 8000)


def test_long_param_cut_and_sent_again_is_the_same_param(wire, run_id):
    body = {"run_id": run_id, "key": "p", "value": "v" * 7000}
    wire.post("runs/log-parameter", body).ok()
    wire.post("runs/log-parameter", body).ok()
    wire.post("runs/log-batch", {"run_id": run_id, "params": [{"key": "p", "value": "v" * 7000}]}).ok()


def test_param_is_written_once(wire, run_id):
    body = {"run_id": run_id, "key": "p", "value": "1"}
    wire.post("runs/log-parameter", body).ok()
    wire.post("runs/log-parameter", body).ok()
    wire.post("runs/log-parameter", {**body, "value": "2"}).refused(
        400,
        "INVALID_PARAMETER_VALUE",
        f"Changing param values is not allowed. Param with key='p' was already logged with value='1' "
        f"for run ID='{run_id}'. Attempted logging new value '2'.",
    )
    assert pairs(get(wire, run_id), "params") == {"p": "1"}


def test_conflicting_param_stops_the_whole_batch(wire, run_id):
    wire.post("runs/log-parameter", {"run_id": run_id, "key": "p", "value": "1"}).ok()
    body = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 0}],
        "params": [{"key": "new", "value": "1"}, {"key": "p", "value": "2"}],
        "tags": [{"key": "t", "value": "1"}],
    }
    wire.post("runs/log-batch", body).refused(
        400,
        "INVALID_PARAMETER_VALUE",
        "Changing param values is not allowed. Params were already logged="
        f"'[{{'key': 'p', 'old_value': '1', 'new_value': '2'}}]' for run ID='{run_id}'.",
    )
    run = get(wire, run_id)
    assert pairs(run, "params") == {"p": "1"}
    assert "t" not in pairs(run, "tags") and "metrics" not in run["data"]
    assert wire.get("metrics/get-history", run_id=run_id, metric_key="m").ok() == {}


def test_tag_is_overwritten_and_deleted(wire, run_id):
    for value in ("1", "2"):
        wire.post("runs/set-tag", {"run_id": run_id, "key": "t", "value": value}).ok()
        assert pairs(get(wire, run_id), "tags")["t"] == value
    wire.post("runs/delete-tag", {"run_id": run_id, "key": "t"}).ok()
    assert "t" not in pairs(get(wire, run_id), "tags")
    wire.post("runs/delete-tag", {"run_id": run_id, "key": "t"}).refused(
        404, "RESOURCE_DOES_NOT_EXIST", f"No tag with name: t in run with id {run_id}"
    )


def test_last_of_equal_tags_in_a_batch_wins(wire, run_id):
    tags = [{"key": "t", "value": "1"}, {"key": "t", "value": "2"}]
    wire.post("runs/log-batch", {"run_id": run_id, "tags": tags}).ok()
    assert pairs(get(wire, run_id), "tags")["t"] == "2"


def test_batch_of_the_greatest_size_is_taken(wire, run_id):
    metrics = [{"key": f"m{i}", "value": i, "timestamp": i, "step": i} for i in range(800)]
    params = [{"key": f"p{i}", "value": str(i)} for i in range(100)]
    tags = [{"key": f"t{i}", "value": str(i)} for i in range(100)]
    assert wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": params, "tags": tags}).ok() == {}
    run = get(wire, run_id)
    assert pairs(run, "params") == {f"p{i}": str(i) for i in range(100)}
    assert pairs(run, "tags").items() >= {f"t{i}": str(i) for i in range(100)}.items()
    assert pairs(run, "metrics") == {f"m{i}": i for i in range(800)}


def test_batch_sent_twice_leaves_what_one_left(wire, run_id):
    body = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": i / 3, "timestamp": 5, "step": i} for i in range(10)],
        "params": [{"key": "p", "value": "1"}],
        "tags": [{"key": "t", "value": "1"}],
    }
    wire.post("runs/log-batch", body).ok()
    once = get(wire, run_id), wire.get("metrics/get-history", run_id=run_id, metric_key="m").ok()
    wire.post("runs/log-batch", body).ok()
    assert (get(wire, run_id), wire.get("metrics/get-history", run_id=run_id, metric_key="m").ok()) == once


# --- you read what you wrote ---


def test_every_write_is_seen_by_the_next_read(wire, run_id):
    for n in range(40):
        wire.post("runs/set-tag", {"run_id": run_id, "key": "n", "value": str(n)}).ok()
        assert pairs(get(wire, run_id), "tags")["n"] == str(n)
        wire.post("runs/log-metric", {"run_id": run_id, "key": "m", "value": n, "timestamp": n, "step": n}).ok()
        assert pairs(get(wire, run_id), "metrics")["m"] == n
        wire.post("runs/log-parameter", {"run_id": run_id, "key": f"p{n}", "value": str(n)}).ok()
        assert len(pairs(get(wire, run_id), "params")) == n + 1
        wire.post("runs/update", {"run_id": run_id, "status": "RUNNING", "end_time": n + 1}).ok()
        assert get(wire, run_id)["info"]["end_time"] == n + 1


def test_every_write_is_seen_by_the_next_search(wire, experiment_id, run_id):
    for n in range(20):
        wire.post("runs/set-tag", {"run_id": run_id, "key": "n", "value": str(n)}).ok()
        body = {"experiment_ids": [experiment_id], "filter": f"tags.n = '{n}'"}
        assert len(wire.post("runs/search", body).ok().get("runs", [])) == 1
        wire.post("runs/delete", {"run_id": run_id}).ok()
        assert wire.post("runs/search", body).ok() == {}
        wire.post("runs/restore", {"run_id": run_id}).ok()
        assert len(wire.post("runs/search", body).ok().get("runs", [])) == 1


# --- MLflow's client ---


def test_fluent_run_is_there_in_full(client, tracking):
    before = int(time.time() * 1000)
    with mlflow.start_run(run_name="fluent", tags={"a": "b"}, description="what it is for") as active:
        mlflow.log_param("one", 1)
        mlflow.log_params({"two": 2.5, "three": [1, 2], "none": None})
        mlflow.log_metric("loss", 0.5)
        for step in range(5):
            mlflow.log_metrics({"acc": step / 10, "err": 1 - step / 10}, step=step)
        mlflow.set_tag("c", "d")
        mlflow.set_tags({"e": 1, "f": True})
        mlflow.delete_tag("c")
    run = client.get_run(active.info.run_id)
    assert run.info.run_name == "fluent"
    assert run.info.status == "FINISHED"
    assert before <= run.info.start_time <= run.info.end_time <= int(time.time() * 1000)
    assert run.info.experiment_id == tracking
    assert run.data.params == {"one": "1", "two": "2.5", "three": "[1, 2]", "none": "None"}
    assert run.data.metrics == {"loss": 0.5, "acc": 0.4, "err": 0.6}
    assert run.data.tags.items() >= {"a": "b", "e": "1", "f": "True", "mlflow.runName": "fluent"}.items()
    assert run.data.tags["mlflow.note.content"] == "what it is for"
    assert "c" not in run.data.tags
    assert [m.value for m in client.get_metric_history(run.info.run_id, "acc")] == [0, 0.1, 0.2, 0.3, 0.4]


def test_nested_runs_know_their_parent(client, tracking):
    with mlflow.start_run(run_name="parent") as parent:
        for i in range(3):
            with mlflow.start_run(run_name=f"child {i}", nested=True):
                mlflow.log_metric("m", i)
    children = client.search_runs([tracking], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert sorted(run.info.run_name for run in children) == ["child 0", "child 1", "child 2"]


def test_failing_program_leaves_a_failed_run(client, tracking):
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as active:
        _ = 1 / 0
    assert client.get_run(active.info.run_id).info.status == "FAILED"


def test_run_is_resumed_by_its_id(client, tracking):
    with mlflow.start_run() as first:
        mlflow.log_metric("m", 1, step=1)
    with mlflow.start_run(run_id=first.info.run_id) as again:
        mlflow.log_metric("m", 2, step=2)
    assert again.info.run_id == first.info.run_id
    assert [m.value for m in client.get_metric_history(first.info.run_id, "m")] == [1, 2]


def test_low_level_client_walks_through_a_life(client, experiment_id):
    run = client.create_run(experiment_id, run_name="low", tags={"x": "y"})
    run_id = run.info.run_id
    client.log_batch(run_id, params=[Param("p", "1")], tags=[RunTag("t", "1")])
    client.update_run(run_id, name="lower")
    client.set_terminated(run_id, RunStatus.to_string(RunStatus.KILLED), end_time=7)
    run = client.get_run(run_id)
    assert (run.info.run_name, run.info.status, run.info.end_time) == ("lower", "KILLED", 7)
    assert (run.data.params, run.data.tags["t"], run.data.tags["x"]) == ({"p": "1"}, "1", "y")
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    client.restore_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"


def test_param_conflict_reaches_the_program(tracking):
    with mlflow.start_run():
        mlflow.log_param("p", 1)
        mlflow.log_param("p", 1)
        with pytest.raises(mlflow.MlflowException, match="Changing param values is not allowed") as caught:
            mlflow.log_param("p", 2)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_dataset_is_recorded_as_input(client, tracking):
    import numpy

    data = mlflow.data.from_numpy(numpy.arange(12.0).reshape(4, 3), name="twelve")
    with mlflow.start_run() as active:
        mlflow.log_input(data, context="training", tags={"k": "v"})
        mlflow.log_input(data, context="training")
    (found,) = client.get_run(active.info.run_id).inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest) == ("twelve", data.digest)
    assert {tag.key: tag.value for tag in found.tags} == {"mlflow.data.context": "training", "k": "v"}
