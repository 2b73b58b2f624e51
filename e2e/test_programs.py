"""Programs as people write them: boosting with its rounds, pictures, tables, system metrics, background logging."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import lightgbm
import mlflow
import numpy
import pandas
import pytest
import requests
from matplotlib.figure import Figure
from sklearn.datasets import load_breast_cancer
from wire import TRACKING, Wire, sign_in

# How many runs test_many_runs_become_a_frame makes; 20,000 where ITEndToEnd runs it once, fewer by default.
RUNS = int(os.environ.get("E2E_RUNS", "2000"))
ROUNDS = 25


@pytest.fixture
def boosting():
    mlflow.lightgbm.autolog(log_models=False)
    yield
    mlflow.lightgbm.autolog(disable=True)


def test_boosting_logs_every_round(client, tracking, boosting):
    x, y = load_breast_cancer(return_X_y=True)
    train = lightgbm.Dataset(x[:400], y[:400])
    valid = lightgbm.Dataset(x[400:], y[400:], reference=train)
    measured: dict = {}
    with mlflow.start_run() as active:
        lightgbm.train(
            {"objective": "binary", "metric": ["auc", "binary_logloss"], "num_leaves": 7, "verbosity": -1, "seed": 5},
            train,
            num_boost_round=ROUNDS,
            valid_sets=[train, valid],
            valid_names=["train", "valid"],
            callbacks=[lightgbm.record_evaluation(measured)],
        )
    run = client.get_run(active.info.run_id)
    assert run.data.params["num_leaves"] == "7"
    for part in ("train", "valid"):
        for name in ("auc", "binary_logloss"):
            history = client.get_metric_history(active.info.run_id, f"{part}-{name}")
            assert [m.step for m in history] == list(range(ROUNDS))
            assert [m.value for m in history] == measured[part][name]
            assert run.data.metrics[f"{part}-{name}"] == measured[part][name][-1]
    files = {file.path for file in client.list_artifacts(active.info.run_id)}
    assert {"feature_importance_gain.png", "feature_importance_split.json"} <= files


def test_images_tables_figures_and_documents(client, tracking):
    picture = numpy.arange(48 * 32 * 3, dtype=numpy.uint8).reshape(32, 48, 3)
    table = pandas.DataFrame({"question": ["ä", "b"], "score": [0.5, None]})
    figure = Figure()
    figure.subplots().plot([1, 3, 2])
    with mlflow.start_run() as active:
        mlflow.log_image(picture, "picture.png")
        for step in (0, 1):
            mlflow.log_image(picture, key="samples", step=step)
        mlflow.log_table(table, "tables/answers.json")
        mlflow.log_table(table, "tables/answers.json")  # a second time: rows are added
        mlflow.log_figure(figure, "figures/curve.png")
        mlflow.log_text("größe\n", "notes/words.txt")
        mlflow.log_dict({"a": [1, {"b": None}]}, "notes/values.json")
    run_id = active.info.run_id
    loaded = mlflow.load_table("tables/answers.json", run_ids=[run_id])
    assert list(loaded["question"]) == ["ä", "b", "ä", "b"]
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/words.txt") == "größe\n"
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/notes/values.json") == {"a": [1, {"b": None}]}
    assert mlflow.artifacts.load_image(f"runs:/{run_id}/picture.png").size == (48, 32)
    assert mlflow.artifacts.load_image(f"runs:/{run_id}/figures/curve.png").size > (10, 10)
    images = [file.path for file in client.list_artifacts(run_id, "images")]
    assert len(images) == 4  # two steps, each with a small copy
    assert sum("samples%step%0" in name or "samples+step+0" in name for name in images) == 2
    assert json.loads(client.get_run(run_id).data.tags["mlflow.loggedArtifacts"]) == [
        {"path": "tables/answers.json", "type": "table"}
    ]


def test_system_metrics_are_sampled(client, tracking):
    mlflow.set_system_metrics_sampling_interval(1)
    mlflow.set_system_metrics_samples_before_logging(1)
    try:
        with mlflow.start_run(log_system_metrics=True) as active:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                found = client.get_metric_history(active.info.run_id, "system/cpu_utilization_percentage")
                if len(found) >= 2:
                    break
                time.sleep(0.5)
    finally:
        mlflow.set_system_metrics_sampling_interval(None)
        mlflow.set_system_metrics_samples_before_logging(None)
    metrics = client.get_run(active.info.run_id).data.metrics
    assert len(found) >= 2
    assert metrics["system/system_memory_usage_megabytes"] > 0
    assert "system/network_receive_megabytes" in metrics


def test_logging_in_the_background_loses_nothing(client, tracking):
    with mlflow.start_run() as active:
        for step in range(500):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, synchronous=False)
            if step % 50 == 0:
                mlflow.log_param(f"p{step}", step, synchronous=False)
                mlflow.set_tag(f"t{step}", step, synchronous=False)
        mlflow.flush_async_logging()
        history = client.get_metric_history(active.info.run_id, "loss")
    assert [(m.step, m.value) for m in history] == [(step, 1 / (step + 1)) for step in range(500)]
    run = client.get_run(active.info.run_id)
    assert run.data.params == {f"p{step}": str(step) for step in range(0, 500, 50)}
    assert {f"t{step}" for step in range(0, 500, 50)} <= set(run.data.tags)


@pytest.mark.fourfold_only
def test_tracing_and_the_rest_of_the_genai_surface_do_not_disturb_a_training(wire, client, tracking):
    """It is not served: each part answers as an unknown route does, and the client goes on."""
    for method, path in [
        ("POST", "/api/3.0/mlflow/traces"),
        ("POST", "/api/3.0/mlflow/traces/search"),
        ("POST", "/v1/traces"),
        ("GET", "/api/2.0/mlflow/webhooks"),
        ("POST", "/api/3.0/mlflow/scorers/register"),
        ("GET", "/api/3.0/mlflow/gateway/endpoints/list"),
    ]:
        answer = wire.send(method, path, "{}" if method == "POST" else None, {"Content-Type": "application/json"})
        assert answer.status == 404, (path, answer.status)
        assert answer.headers["content-type"].startswith("text/html")

    @mlflow.trace
    def step(n: int) -> float:
        return n / 2

    with mlflow.start_run() as active:
        for n in range(3):
            mlflow.log_metric("half", step(n), step=n)
    assert [m.value for m in client.get_metric_history(active.info.run_id, "half")] == [0, 0.5, 1]
    assert client.get_run(active.info.run_id).info.status == "FINISHED"


def test_many_runs_become_a_frame(client, wire: Wire, new_experiment):
    experiment_id = new_experiment()

    def make(first: int) -> None:
        with requests.Session() as session:  # one connection for all, as MLflow's client keeps one
            for n in range(first, min(first + 250, RUNS)):
                body = {"experiment_id": experiment_id, "start_time": 1_700_000_000_000 + n, "run_name": f"run {n}"}
                made = session.post(f"{wire.url}{TRACKING}runs/create", json=body, headers=sign_in())
                run_id = made.json()["run"]["info"]["run_id"]
                metrics = [{"key": key, "value": n / 7, "timestamp": 1_700_000_000_000, "step": 1} for key in "ab"]
                batch = {"run_id": run_id, "metrics": metrics, "params": [{"key": "number", "value": str(n)}]}
                session.post(f"{wire.url}{TRACKING}runs/log-batch", json=batch, headers=sign_in()).raise_for_status()

    with ThreadPoolExecutor(4) as makers:
        list(makers.map(make, range(0, RUNS, 250)))
    frame = mlflow.search_runs([experiment_id], max_results=RUNS + 1)
    assert len(frame) == RUNS
    # Newest first, each once, each with its own values.
    assert list(frame["params.number"]) == [str(n) for n in reversed(range(RUNS))]
    assert list(frame["metrics.a"]) == [n / 7 for n in reversed(range(RUNS))]
    best = mlflow.search_runs([experiment_id], "metrics.b > 10", order_by=["metrics.a ASC"], max_results=3)
    assert list(best["params.number"]) == ["71", "72", "73"]
