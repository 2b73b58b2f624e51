"""Heartbeats: a run whose training dies is marked, with the reason; one that ends by itself is not. The other gateway is at
FOURFOLD_SECOND_URL; without it both are one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import mlflow
import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

JSON = {"Content-Type": "application/json"}
TAG = "fourfold.heartbeat"
LIMIT = 60
TTL = 1_500

# What a training does that MLflow's own client knows, and beats by plain HTTP.
TRAINING = """
import json, sys, threading, time, urllib.request
import mlflow

url, experiment = sys.argv[1:]
mlflow.set_tracking_uri(url)
with mlflow.start_run(experiment_id=experiment) as run:
    body = json.dumps({"ttl_ms": %d, "worker": "e2e:1"}).encode()
    path = f"{url}/api/v1/runs/{run.info.run_id}/heartbeat"
    def beat():
        request = urllib.request.Request(path, body, {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request, timeout=30).read()
    beat()
    print(run.info.run_id, flush=True)
    for step in range(10_000):
        time.sleep(0.3)
        beat()
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
""" % TTL


@pytest.fixture
def other(base_url: str) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/"))


def path(run_id: str) -> str:
    return f"/api/v1/runs/{run_id}/heartbeat"


def beat(wire: Wire, run_id: str, **body: object) -> Answer:
    return wire.send("PUT", path(run_id), json.dumps(body), JSON)


def heart(wire: Wire, run_id: str) -> dict:
    return wire.send("GET", path(run_id)).ok()


def until(condition: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.1)


def test_a_training_that_is_killed_is_marked_with_the_reason_and_one_that_sleeps_runs_again(
    wire: Wire, other: Wire, client: mlflow.MlflowClient, tracking: str
) -> None:
    training = subprocess.Popen(
        [sys.executable, "-c", TRAINING, wire.url, tracking], stdout=subprocess.PIPE, text=True
    )
    try:
        run_id = training.stdout.readline().strip()
        assert heart(other, run_id)["state"] in ("beating", "late")  # where this machine is busy
        os.kill(training.pid, signal.SIGSTOP)
        until(lambda: client.get_run(run_id).info.status == "FAILED", "a run that does not beat is marked")
        # Seen by one is seen by all, whatever they keep.
        marked = other.get("runs/get", run_id=run_id).ok()["run"]
        assert marked["info"]["status"] == "FAILED"
        stopped = heart(other, run_id)
        assert stopped["state"] == "stopped" and stopped["worker"] == "e2e:1"
        tags = {tag["key"]: tag["value"] for tag in marked["data"]["tags"]}
        assert tags[TAG] == stopped["reason"]
        assert tags[TAG].startswith("stopped: no heartbeat since 20") and tags[TAG].endswith(", last worker e2e:1")
        assert "(1500 ms allowed)" in tags[TAG]
        assert marked["info"]["end_time"] == stopped["silent_since"]
        found = client.search_runs([tracking], f"tags.`{TAG}` LIKE 'stopped:%' AND attributes.status = 'FAILED'")
        assert [run.info.run_id for run in found] == [run_id]

        os.kill(training.pid, signal.SIGCONT)
        until(lambda: client.get_run(run_id).info.status == "RUNNING", "a run that beats again runs again")
        resumed = client.get_run(run_id)
        assert resumed.info.end_time is None
        assert resumed.data.tags[TAG].startswith("resumed at 20")
        steps = len(client.get_metric_history(run_id, "loss"))
        until(lambda: len(client.get_metric_history(run_id, "loss")) > steps, "it logs on")

        training.kill()
        until(lambda: client.get_run(run_id).info.status == "FAILED", "a run whose process is killed is marked")
    finally:
        training.kill()
        training.wait()
    # Who resumes it by MLflow's own means has overruled us: it runs, and has no heart until it beats.
    with mlflow.start_run(run_id=run_id):
        assert client.get_run(run_id).info.status == "RUNNING"
        assert client.get_run(run_id).data.tags[TAG].startswith("set to RUNNING by a client at 20")
        assert heart(wire, run_id)["state"] == "none"
    assert client.get_run(run_id).info.status == "FINISHED"


def test_a_run_that_ends_by_itself_is_not_marked(
    wire: Wire, other: Wire, client: mlflow.MlflowClient, experiment_id: str, new_run: Callable[..., str]
) -> None:
    ended = {status: new_run(experiment_id) for status in ("FINISHED", "FAILED", "KILLED")}
    taken_away, deleted, silent = new_run(experiment_id), new_run(experiment_id), new_run(experiment_id)
    for status, run_id in ended.items():
        assert beat(wire, run_id, ttl_ms=1000).ok()["resumed"] is False
        client.set_terminated(run_id, status, end_time=1_700_000_000_001)
        assert heart(other, run_id)["state"] == "ended"
    assert beat(wire, taken_away, ttl_ms=1000).ok()["resumed"] is False
    assert other.send("DELETE", path(taken_away)).status == 204
    assert beat(wire, deleted, ttl_ms=1000).ok()["resumed"] is False
    client.delete_run(deleted)
    # The one that is silent began last: when it is marked, so would the others have been.
    assert beat(wire, silent, ttl_ms=1000).ok()["resumed"] is False
    until(lambda: heart(wire, silent)["state"] == "stopped", "the silent one is marked")
    for status, run_id in ended.items():
        run = client.get_run(run_id)
        assert (run.info.status, run.info.end_time) == (status, 1_700_000_000_001)
        assert TAG not in run.data.tags
        assert beat(other, run_id, ttl_ms=2000).status == 409
    for run_id in (taken_away, deleted):
        run = client.get_run(run_id)
        assert run.info.status == "RUNNING" and TAG not in run.data.tags
    assert heart(wire, taken_away)["state"] == "none"


def test_beats_say_when_the_next_is_due_and_refuse_what_is_wrong(wire: Wire, run_id: str) -> None:
    first = wire.send("PUT", path(run_id)).ok()
    assert first["ttl_ms"] == 60_000 and first["next_by"] == first["beat_time"] + 60_000
    second = beat(wire, run_id, worker="é:1").ok()
    assert second["beat_time"] >= first["beat_time"]
    now = heart(wire, run_id)
    assert now["state"] == "beating" and now["worker"] == "é:1" and now["last_beat"] == second["beat_time"]
    for wrong in ({"ttl_ms": 999}, {"ttl_ms": 86_400_001}, {"ttl_ms": "1000"}, {"worker": "x" * 251}, {"a": 1}):
        assert beat(wire, run_id, **wrong).status == 400, wrong
    assert beat(wire, "f" * 32).status == 404
    assert beat(wire, "..%2F..").status in (400, 404)
    assert wire.send("GET", path("f" * 32)).status == 404
    assert wire.send("DELETE", path("f" * 32)).status == 404
    assert wire.send("DELETE", path(run_id)).status == 204
    assert wire.send("DELETE", path(run_id)).status == 204
