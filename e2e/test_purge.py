"""Purging: `/api/v1/runs/purge` removes a deleted run for good, from every store, and leaves a receipt."""

from __future__ import annotations

import time
import uuid

import mlflow
import pytest
from mlflow.entities import Metric, Param, ViewType
from wire import ARTIFACTS, Wire

pytestmark = pytest.mark.fourfold_only

LIMIT = 90
POINTS = 20


def logs(run_id: str) -> str:
    return f"/api/v1/runs/{run_id}/logs"


def artifact(client: mlflow.MlflowClient, run_id: str, name: str) -> str:
    root = client.get_run(run_id).info.artifact_uri
    assert root.startswith("mlflow-artifacts:/"), root
    return f"{ARTIFACTS}/{root.removeprefix('mlflow-artifacts:/')}/{name}"


def filled_run(client: mlflow.MlflowClient, wire: Wire, experiment: str) -> str:
    run_id = client.create_run(experiment, tags={"kind": "purge"}).info.run_id
    client.log_batch(
        run_id,
        metrics=[Metric("loss", 1 / (step + 1), 1_700_000_000_000 + step, step) for step in range(POINTS)],
        params=[Param("lr", "0.1")],
    )
    client.log_text(run_id, "four", "notes/a.txt")
    client.log_text(run_id, "seven!!", "b.txt")
    lines = [{"time": 1_700_000_000_000_000_000 + n, "message": f"line {n}", "writer": "w", "sequence": n} for n in range(5)]
    assert wire.post(logs(run_id), lines).status == 200
    return run_id


def contents(client: mlflow.MlflowClient, wire: Wire, run_id: str) -> tuple:
    """All that there is of a run, each from its own store."""
    run = client.get_run(run_id)
    return (
        run.info.lifecycle_stage,
        run.data.params,
        run.data.metrics,
        run.data.tags,
        [(m.step, m.value, m.timestamp) for m in client.get_metric_history(run_id, "loss")],
        wire.send("GET", logs(run_id)).ok()["lines"],
        client.list_artifacts(run_id),
        wire.send("GET", artifact(client, run_id, "notes/a.txt")).body,
    )


def receipt(wire: Wire, run_id: str) -> dict:
    """The receipt, once the purge is done."""
    limit = time.monotonic() + LIMIT
    while True:
        purge = wire.send("GET", f"/api/v1/purges/{run_id}").ok()
        if purge["state"] == "done":
            return purge
        assert time.monotonic() < limit, purge
        time.sleep(0.25)


@pytest.fixture
def experiment(client: mlflow.MlflowClient) -> str:
    return client.create_experiment(f"purge-{uuid.uuid4().hex}")


def test_purge_removes_a_run_from_every_store(client: mlflow.MlflowClient, wire: Wire, experiment: str) -> None:
    kept, gone = filled_run(client, wire, experiment), filled_run(client, wire, experiment)
    before = contents(client, wire, kept)
    file = artifact(client, gone, "notes/a.txt")
    client.delete_run(gone)

    begun = wire.post("/api/v1/runs/purge", {"run_ids": [gone], "older_than": "0s"})
    assert begun.status == 202, begun.text
    assert begun.json()["purges"][0]["run_id"] == gone

    # From here on nobody finds it, and nothing more is taken for it.
    point = {"run_id": gone, "key": "loss", "value": 1.0, "timestamp": 1, "step": 1}
    for answer in (
        wire.get("runs/get", run_id=gone),
        wire.get("artifacts/list", run_id=gone),
        wire.post("runs/restore", {"run_id": gone}),
        wire.post("runs/log-metric", point),
        wire.post("runs/log-parameter", {"run_id": gone, "key": "a", "value": "1"}),
        wire.post("runs/set-tag", {"run_id": gone, "key": "a", "value": "1"}),
        wire.send("PUT", file.replace("a.txt", "late.txt"), b"late"),
    ):
        answer.refused(404, "RESOURCE_DOES_NOT_EXIST")
    for answer in (
        wire.send("GET", logs(gone)),
        wire.post(logs(gone), [{"message": "late"}]),
        wire.send("GET", f"/api/v1/runs/{gone}/metrics/loss"),
    ):
        assert answer.status == 404, answer.text
    assert wire.get("metrics/get-history", run_id=gone, metric_key="loss").ok() == {}  # as for any run that never was
    found = client.search_runs([experiment], run_view_type=ViewType.ALL)
    assert [run.info.run_id for run in found] == [kept]

    done = receipt(wire, gone)
    removed = done["removed"]
    assert removed == {"rows": removed["rows"], "points": POINTS, "lines": 5, "files": 2, "bytes": 11}
    assert removed["rows"] >= 5  # the run, its param, metric, tag and name
    assert done["left"] == {"models": 0, "artifacts": None}
    assert wire.send("GET", file).status == 404
    again = wire.post("/api/v1/runs/purge", {"run_ids": [gone]})
    assert again.ok()["purges"] == [done]
    listed = wire.send("GET", f"/api/v1/purges?experiment_id={experiment}&state=done").ok()
    assert listed == {"purges": [done], "next": None}
    assert contents(client, wire, kept) == before


def test_purge_takes_what_an_experiment_deleted(client: mlflow.MlflowClient, wire: Wire, experiment: str) -> None:
    runs = [client.create_run(experiment).info.run_id for _ in range(3)]
    for run_id in runs[:2]:
        client.delete_run(run_id)

    # Nothing is so old that the grace period is over.
    nothing = wire.post("/api/v1/runs/purge", {"experiment_ids": [experiment]})
    assert nothing.ok() == {"purges": [], "more": False}
    begun = wire.post("/api/v1/runs/purge", {"experiment_ids": [experiment], "older_than": "0s"})
    assert begun.status == 202, begun.text
    assert sorted(purge["run_id"] for purge in begun.json()["purges"]) == sorted(runs[:2])
    found = client.search_runs([experiment], run_view_type=ViewType.ALL)
    assert [run.info.run_id for run in found] == runs[2:]


def test_purge_refuses_as_a_whole(client: mlflow.MlflowClient, wire: Wire, experiment: str) -> None:
    active, deleted = (client.create_run(experiment).info.run_id for _ in range(2))
    client.delete_run(deleted)

    for body, status in (
        ({"run_ids": [deleted, active], "older_than": "0s"}, 409),
        ({"run_ids": [deleted, uuid.uuid4().hex], "older_than": "0s"}, 404),
        ({"run_ids": [deleted]}, 409),  # deleted a moment ago
        ({"run_ids": [deleted], "older_then": "0s"}, 400),
        ({}, 400),
    ):
        answer = wire.post("/api/v1/runs/purge", body)
        assert answer.status == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        answer.tells_nothing_of_its_insides()
    client.restore_run(deleted)
    assert client.get_run(deleted).info.lifecycle_stage == "active"
