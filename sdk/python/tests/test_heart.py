"""Heartbeats of runs."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import mlflow
import pytest
from conftest import until

import fourfold
from fourfold._door import session

TAG = "fourfold.heartbeat"


@pytest.fixture
def heart(url: str) -> Callable[[str], dict[str, Any]]:
    http = session()

    def get(run_id: str) -> dict[str, Any]:
        answer = http.get(f"{url}/api/v1/runs/{run_id}/heartbeat", timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    return get


def test_a_run_beats_while_the_block_goes_on_and_is_watched_no_more_after_it(run_id, heart):
    with fourfold.heartbeat(run_id, ttl=1) as beating:
        until(lambda: beating.beats >= 6, "it beats on")
        until(lambda: heart(run_id)["state"] == "beating", "it is heard")
        assert heart(run_id)["worker"] == f"{os.uname().nodename}:{os.getpid()}"
    assert heart(run_id)["state"] == "none"
    assert not [one for one in threading.enumerate() if one.name == "fourfold-heartbeat"]
    assert mlflow.get_run(run_id).info.status == "RUNNING"


def test_a_process_that_is_killed_leaves_a_run_that_is_marked(program, heart, experiment):
    training = program(
        "import fourfold, mlflow, sys, time\n"
        "with mlflow.start_run(experiment_id=sys.argv[1]) as run, fourfold.heartbeat(ttl=1.5, worker='here') as heart:\n"
        "    while not heart.beats: time.sleep(0.01)\n"
        "    print(run.info.run_id, flush=True)\n"
        "    time.sleep(600)\n",
        experiment,
    )
    run_id = training.stdout.readline().strip()
    assert heart(run_id)["state"] in ("beating", "late")
    training.kill()
    training.wait()
    until(lambda: mlflow.get_run(run_id).info.status == "FAILED", "the run is marked")
    assert mlflow.get_run(run_id).data.tags[TAG].endswith("(1500 ms allowed), last worker here")
    assert heart(run_id)["state"] == "stopped"


def test_a_program_that_ends_is_not_kept_alive_and_its_run_ends_by_itself(program, heart, experiment):
    training = program(
        "import fourfold, mlflow, sys\n"
        "fourfold.autolog(heartbeat=2)\n"
        "run = mlflow.start_run(experiment_id=sys.argv[1])\n"
        "print(run.info.run_id)\n",
        experiment,
    )
    out, err = training.communicate(timeout=60)
    assert training.returncode == 0, err
    run_id = out.split()[0]
    assert mlflow.get_run(run_id).info.status == "FINISHED"
    assert heart(run_id)["state"] == "ended"
    assert "heartbeat" not in err


def test_autolog_beats_for_the_runs_that_it_sees(experiment, heart):
    fourfold.autolog(heartbeat=2)
    with mlflow.start_run(experiment_id=experiment) as run:
        until(lambda: heart(run.info.run_id)["state"] == "beating", "it beats")
    assert heart(run.info.run_id)["state"] == "ended"
    assert not [one for one in threading.enumerate() if one.name == "fourfold-heartbeat"]
    fourfold.autolog(disable=True)
    with mlflow.start_run(experiment_id=experiment) as run:
        assert heart(run.info.run_id)["state"] == "none"


def test_a_process_that_slept_is_told_and_its_run_runs_again(program, experiment):
    training = program(
        "import fourfold, mlflow, sys, time\n"
        "with mlflow.start_run(experiment_id=sys.argv[1]) as run, fourfold.heartbeat(ttl=1) as heart:\n"
        "    while not heart.beats: time.sleep(0.01)\n"
        "    print(run.info.run_id, flush=True)\n"
        "    time.sleep(600)\n",
        experiment,
    )
    run_id = training.stdout.readline().strip()
    training.send_signal(signal.SIGSTOP)
    until(lambda: mlflow.get_run(run_id).info.status == "FAILED", "the run is marked")
    training.send_signal(signal.SIGCONT)
    until(lambda: mlflow.get_run(run_id).info.status == "RUNNING", "it runs again")
    assert "had been marked as failed" in training.stderr.readline()
    training.kill()
    training.communicate()


def test_a_forked_process_does_not_beat_for_its_parent(run_id, heart):
    with fourfold.heartbeat(run_id, ttl=60) as beating:
        until(lambda: beating.beats, "it beats")
        child = os.fork()
        if child == 0:
            beating.close()  # has no part in the heart
            threads = [one for one in threading.enumerate() if one.name == "fourfold-heartbeat"]
            os._exit(1 if threads else 0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert heart(run_id)["state"] == "beating"


def test_a_training_that_stands_still_beats_no_more_until_it_moves(run_id, heart, capfd):
    with fourfold.heartbeat(run_id, ttl=1, stalled_after=0.2) as beating:
        until(lambda: heart(run_id)["state"] == "stopped", "a training that stands still is marked")
        assert "no progress for 0.2 seconds" in capfd.readouterr().err
        limit = time.monotonic() + 60
        while heart(run_id)["state"] != "beating":
            assert time.monotonic() < limit, "it moves again"
            beating.progress()
            time.sleep(0.05)
    assert mlflow.get_run(run_id).info.status == "RUNNING"


def test_a_platform_that_is_away_does_not_hold_up_the_training(run_id, heart, capfd):
    began = time.monotonic()
    with fourfold.heartbeat(run_id, ttl=2, tracking_uri="http://127.0.0.1:9") as beating:
        assert time.monotonic() - began < 20
        time.sleep(0.5)
        assert beating.beats == 0
    assert "goes on being watched" in capfd.readouterr().err
    assert heart(run_id)["state"] == "none"


def test_what_cannot_beat_says_so_once_and_ends(run_id, url, capfd, monkeypatch):
    mlflow.MlflowClient().set_terminated(run_id)
    with fourfold.heartbeat(run_id, ttl=1) as beating:
        until(lambda: not beating._thread.is_alive(), "a run that has ended has no heart")
    assert capfd.readouterr().err == ""
    with fourfold.heartbeat("f" * 32, ttl=1) as beating:
        until(lambda: not beating._thread.is_alive(), "no such run")
    assert capfd.readouterr().err.count("no heartbeat of run " + "f" * 32 + " any more: 404") == 1
    fourfold.heartbeat().start().close()
    assert "there is no active MLflow run" in capfd.readouterr().err
    mlflow.set_tracking_uri("file:///tmp/nothing")
    fourfold.heartbeat(run_id).start().close()
    assert "not an HTTP address" in capfd.readouterr().err


@pytest.mark.parametrize("wrong", [{"ttl": 0.5}, {"ttl": 100_000}, {"stalled_after": 0}])
def test_a_wrong_option_is_told_at_once(wrong):
    with pytest.raises(ValueError):
        fourfold.heartbeat("r", **wrong)
    with pytest.raises(ValueError):
        fourfold.autolog(heartbeat=0.1)
