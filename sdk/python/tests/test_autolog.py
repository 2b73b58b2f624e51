"""fourfold.autolog(): whatever way a run begins and ends, its lines are its own."""

from __future__ import annotations

import logging
import sys

import mlflow
import pytest

import fourfold


def test_block(log):
    fourfold.autolog()
    with mlflow.start_run() as run:
        print("in the run")
        logging.getLogger("a").warning("a record")
    print("after")
    assert log(run.info.run_id).messages("stdout") == ["in the run"]
    assert log(run.info.run_id).messages("a") == ["a record"]


def test_start_and_end(log):
    fourfold.autolog()
    run = mlflow.start_run()
    print("in the run")
    mlflow.end_run()
    print("after")
    assert log(run.info.run_id).messages("stdout") == ["in the run"]


def test_nested_runs(log):
    fourfold.autolog()
    with mlflow.start_run() as outer:
        print("outer 1")
        with mlflow.start_run(nested=True) as inner:
            print("inner")
        print("outer 2")
    assert log(outer.info.run_id).messages("stdout") == ["outer 1", "outer 2"]
    assert log(inner.info.run_id).messages("stdout") == ["inner"]


def test_resumed_run(log):
    fourfold.autolog()
    with mlflow.start_run() as run:
        print("first")
    with mlflow.start_run(run_id=run.info.run_id):
        print("second")
    found = log(run.info.run_id)
    assert found.messages("stdout") == ["first", "second"]
    assert len({line["writer"] for line in found.lines}) == 2


def test_error_in_the_run_is_written_down(log):
    fourfold.autolog()
    with pytest.raises(ValueError, match="bad"), mlflow.start_run() as run:
        raise ValueError("bad")
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"
    (told,) = log(run.info.run_id).messages("traceback")
    assert told.endswith("ValueError: bad")


def test_run_that_is_active_already(log):
    with mlflow.start_run() as run:
        print("before")
        fourfold.autolog()
        print("after")
    assert log(run.info.run_id).messages("stdout") == ["after"]


def test_twice_is_once_and_disable_undoes_it(log):
    before = mlflow.start_run, mlflow.end_run
    fourfold.autolog()
    fourfold.autolog(streams=["stdout"])
    with mlflow.start_run() as run:
        print("once")
        print("not this", file=sys.stderr)
        fourfold.autolog(disable=True)
        print("nor this")
    fourfold.autolog(disable=True)
    assert (mlflow.start_run, mlflow.end_run) == before
    assert log(run.info.run_id).messages() == ["once"]
    with mlflow.start_run() as other:
        print("quiet")
    assert log(other.info.run_id).everything == []


def test_end_without_a_run_and_error_of_start_are_mlflows(log):
    fourfold.autolog()
    mlflow.end_run()
    with pytest.raises(mlflow.exceptions.MlflowException):
        mlflow.start_run(run_id="0" * 32)
    with mlflow.start_run() as run, pytest.raises(Exception, match="already active"):
        mlflow.start_run()
    assert log(run.info.run_id).messages("stdout") in ([], ["already active"])


def test_wrong_option_is_told_at_once():
    with pytest.raises(ValueError):
        fourfold.autolog(streams=["stdin"])
    with pytest.raises(TypeError):
        fourfold.autolog(colour="red")


def test_capture_inside_takes_its_lines_once(log):
    fourfold.autolog()
    with mlflow.start_run() as run:
        print("one")
        with fourfold.capture():
            print("two")
        print("three")
    assert log(run.info.run_id).messages("stdout") == ["one", "two", "three"]


def test_inside_a_capture_it_waits_for_a_run(run_id, log):
    with fourfold.capture(run_id):
        fourfold.autolog()
        print("in the capture")
    print("after")
    assert log(run_id).messages() == ["in the capture"]


def test_script_that_ends_without_ending_its_run(log, program, experiment):
    text = f"""
import fourfold, mlflow
fourfold.autolog()
mlflow.set_experiment(experiment_id="{experiment}")
run = mlflow.start_run()
print(run.info.run_id)
raise RuntimeError("the end")
"""
    out, _ = program(text).communicate(timeout=60)
    found = log(out.split("\n")[0])
    assert found.messages("stdout")[0] == out.split("\n")[0]
    assert "RuntimeError: the end" in found.messages("stderr")
