"""A real training that tracks itself with an unchanged MLflow client.

    export MLFLOW_TRACKING_URI=http://127.0.0.1:5000
    python train.py

First a grid search, logged by scikit-learn autologging; then a small neural network, trained batch by batch, that
logs four metrics at every step: more than 20,000 points. Its log lines go to Fourfold too. Nothing here is special to
Fourfold but those lines: on a plain MLflow server the program runs as well and says that they are not kept there.

The last line of the output is `FOURFOLD_DEMO` and a JSON object that says what was logged; report.py reads it all
back and compares.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import struct
import sys
import tempfile
import time
import warnings
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no screen needed

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import sklearn
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, log_loss
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neural_network import MLPClassifier

from fourfold_http import RunLogHandler

LOGGER = logging.getLogger("training")
TRUSTED = ["sklearn.neural_network._stochastic_optimizers.SGDOptimizer"]  # a part of MLPClassifier
POINTS_A_REQUEST = 1000  # MLflow's limit


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--experiment", default="fourfold-demo")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--steps", type=int, default=105, help="batches in an epoch")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--summary", type=Path, help="write the closing JSON object to this file too")
    return parser.parse_args()


def digest(points: list[tuple[int, int, float]]) -> str:
    """One number for a whole history: SHA-256 over its (timestamp, step, value), sorted, bit by bit."""
    return hashlib.sha256(b"".join(struct.pack(">qqd", *point) for point in sorted(points))).hexdigest()


def has_logged_models(client: mlflow.MlflowClient) -> bool:
    """Whether the server knows MLflow 3's logged models; where not, models are logged as plain artifacts."""
    try:
        client.get_logged_model("m-" + "0" * 32)
        return True
    except MlflowException as e:
        return e.error_code == "RESOURCE_DOES_NOT_EXIST"


def grid_search(x: np.ndarray, y: np.ndarray, log_models: bool) -> str:
    """A parent run with its child runs, all of it logged by autologging. Returns the parent's id."""
    mlflow.sklearn.autolog(log_models=log_models, max_tuning_runs=4)
    try:
        with mlflow.start_run(run_name="grid-search") as run:
            search = GridSearchCV(LogisticRegression(max_iter=300), {"C": [0.01, 0.1, 1.0, 10.0]}, cv=3)
            search.fit(x, y)
            print(f"  best C={search.best_params_['C']}, accuracy {search.best_score_:.3f}", flush=True)
            return run.info.run_id
    finally:
        mlflow.sklearn.autolog(disable=True)


class History:
    """Gathers metric points, sends them in batches, and remembers what it sent."""

    def __init__(self, client: mlflow.MlflowClient, run_id: str) -> None:
        self.client, self.run_id = client, run_id
        self.sent: dict[str, list[tuple[int, int, float]]] = {}
        self._waiting: list[Metric] = []

    def add(self, key: str, value: float, step: int) -> None:
        point = Metric(key, float(value), time.time_ns() // 1_000_000, step)
        self._waiting.append(point)
        self.sent.setdefault(key, []).append((point.timestamp, point.step, point.value))

    def flush(self) -> None:
        for start in range(0, len(self._waiting), POINTS_A_REQUEST):
            self.client.log_batch(self.run_id, metrics=self._waiting[start : start + POINTS_A_REQUEST])
        self._waiting.clear()

    def summary(self) -> dict[str, dict]:
        return {
            key: {"points": len(points), "first": min(points), "last": max(points), "sha256": digest(points)}
            for key, points in self.sent.items()
        }


def train_epochs(
    model: MLPClassifier, data: list[np.ndarray], args: argparse.Namespace, history: History
) -> list[tuple[float, float]]:
    """The epoch loop. Returns (training loss, validation accuracy) of each epoch."""
    x, x_val, y, y_val = data
    order = np.random.default_rng(args.seed)
    classes = np.unique(y)
    curve: list[tuple[float, float]] = []
    best = 0.0
    for epoch in range(args.epochs):
        began, losses = time.perf_counter(), []
        for number, batch in enumerate(np.array_split(order.permutation(len(x)), args.steps)):
            step = epoch * args.steps + number
            before = model.coefs_[0].copy() if step else None
            started = time.perf_counter()
            model.partial_fit(x[batch], y[batch], classes=classes if step == 0 else None)
            elapsed = time.perf_counter() - started
            change = float(np.linalg.norm(model.coefs_[0] - before)) if before is not None else 0.0
            losses.append(float(model.loss_))
            history.add("batch/loss", losses[-1], step)
            history.add("batch/accuracy", np.mean(model.predict(x[batch]) == y[batch]), step)
            history.add("batch/weight_change", change, step)
            history.add("batch/samples_per_second", len(batch) / elapsed, step)
            if number % 10 == 0:
                LOGGER.debug("step %d loss %.5f", step, losses[-1], extra={"fields": {"epoch": epoch, "step": step}})
        accuracy = float(model.score(x_val, y_val))
        history.add("epoch/loss", float(np.mean(losses)), epoch)
        history.add("epoch/val_loss", float(log_loss(y_val, model.predict_proba(x_val), labels=classes)), epoch)
        history.add("epoch/val_accuracy", accuracy, epoch)
        history.flush()
        curve.append((float(np.mean(losses)), accuracy))
        level = logging.WARNING if accuracy < best else logging.INFO
        LOGGER.log(
            level,
            "epoch %d of %d: loss %.4f, validation accuracy %.4f%s (%.0f ms)",
            epoch + 1,
            args.epochs,
            curve[-1][0],
            accuracy,
            ", below the best so far" if accuracy < best else "",
            (time.perf_counter() - began) * 1000,
            extra={"fields": {"epoch": epoch, "val_accuracy": accuracy}},
        )
        best = max(best, accuracy)
    return curve


def log_files(report: str, curve: list[tuple[float, float]]) -> list[str]:
    """A figure, a text and a table as JSON. Returns their paths."""
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot([loss for loss, _ in curve], label="loss")
    axes.plot([accuracy for _, accuracy in curve], label="validation accuracy")
    axes.set_xlabel("epoch")
    axes.legend()
    mlflow.log_figure(figure, "figures/learning_curve.png")
    plt.close(figure)
    mlflow.log_text(report, "reports/classification.txt")
    mlflow.log_dict({"epochs": [{"loss": a, "val_accuracy": b} for a, b in curve]}, "reports/epochs.json")
    return ["figures/learning_curve.png", "reports/classification.txt", "reports/epochs.json"]


def log_model(model: MLPClassifier, example: np.ndarray, logged_models: bool) -> tuple[str, str, list[str]]:
    """Returns the address that loads the model, how it was logged, and its files among the run's artifacts."""
    how = {
        "input_example": example,
        "serialization_format": "skops",  # unlike a pickle, loading it runs no code
        "skops_trusted_types": TRUSTED,
        "pip_requirements": [f"scikit-learn=={sklearn.__version__}"],
    }
    if logged_models:
        return mlflow.sklearn.log_model(model, name="model", **how).model_uri, "log_model", []
    with tempfile.TemporaryDirectory() as folder:
        mlflow.sklearn.save_model(model, f"{folder}/model", **how)
        mlflow.log_artifacts(f"{folder}/model", "model")
        files = [path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()]
    return f"runs:/{mlflow.active_run().info.run_id}/model", "save_model and log_artifacts", files


def main() -> int:
    args = arguments()
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    if not uri.startswith("http"):
        print("Set MLFLOW_TRACKING_URI to the gateway's address, as http://127.0.0.1:5000", file=sys.stderr)
        return 2
    warnings.filterwarnings("ignore", module="sklearn")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # links to a page that may not be there
    LOGGER.setLevel(logging.DEBUG)
    screen = logging.StreamHandler(sys.stdout)
    screen.setLevel(logging.INFO)
    screen.setFormatter(logging.Formatter("  %(message)s"))
    LOGGER.addHandler(screen)
    LOGGER.propagate = False

    started = time.perf_counter()
    print(f"Tracking to {uri}, experiment {args.experiment}", flush=True)
    experiment = mlflow.set_experiment(args.experiment)
    client = mlflow.MlflowClient()
    logged_models = has_logged_models(client)
    pixels, digits = load_digits(return_X_y=True)
    data = train_test_split(pixels / 16.0, digits, test_size=360, random_state=args.seed, stratify=digits)

    print("1. Grid search with autologging", flush=True)
    parent = grid_search(data[0], data[2], logged_models)

    print(f"2. A neural network, {args.epochs} epochs of {args.steps} batches", flush=True)
    params = {
        "hidden_layers": "32",
        "solver": "sgd",
        "learning_rate": "0.03",
        "momentum": "0.9",
        "epochs": str(args.epochs),
        "steps_per_epoch": str(args.steps),
        "seed": str(args.seed),
        "data": "scikit-learn digits, 1797 images",
    }
    tags = {"example": "train.py", "purpose": "demo", "note": "läuft, 训练, ok"}
    model = MLPClassifier(
        hidden_layer_sizes=(32,), solver="sgd", learning_rate_init=0.03, momentum=0.9, random_state=args.seed
    )
    with mlflow.start_run(run_name="epochs") as run:
        run_id = run.info.run_id
        shipper = RunLogHandler(uri, run_id)
        LOGGER.addHandler(shipper)
        try:
            mlflow.log_params(params)
            mlflow.set_tags(tags)
            history = History(client, run_id)
            trained = time.perf_counter()
            curve = train_epochs(model, list(data), args, history)
            seconds = time.perf_counter() - trained
            points = sum(len(sent) for sent in history.sent.values())
            LOGGER.info("%d points in %.1f s, final validation accuracy %.4f", points, seconds, curve[-1][1])

            print("3. Files and the model", flush=True)
            report = classification_report(data[3], model.predict(data[1]))
            files = log_files(report, curve)
            model_uri, way, model_files = log_model(model, data[1][:3], logged_models)
            LOGGER.info("model logged by %s", way)
        finally:
            LOGGER.removeHandler(shipper)
            shipper.close()

    summary = {
        "tracking_uri": uri,
        "experiment_id": experiment.experiment_id,
        "experiment_name": args.experiment,
        "run_id": run_id,
        "grid_search_run_id": parent,
        "params": params,
        "tags": tags,
        "metrics": history.summary(),
        "points": points,
        "log_lines": shipper.accepted if shipper.kept else None,
        "log_lines_by_level": dict(shipper.by_level) if shipper.kept else None,
        "artifacts": sorted(files + model_files),
        "checked_artifact": {
            "path": "reports/classification.txt",
            "sha256": hashlib.sha256(report.encode()).hexdigest(),
        },
        "model_uri": model_uri,
        "model_logged_by": way,
        "validation_accuracy": curve[-1][1],
        "seed": args.seed,
        "seconds": round(time.perf_counter() - started, 1),
    }
    lines = "no" if summary["log_lines"] is None else summary["log_lines"]
    print(
        f"Done in {summary['seconds']} s: {points} points, {len(params)} params, {len(tags)} tags, {lines} log lines, "
        f"{len(summary['artifacts'])} files"
    )
    text = json.dumps(summary, ensure_ascii=True)
    if args.summary:
        args.summary.write_text(text + "\n", encoding="utf-8")
    print(f"FOURFOLD_DEMO {text}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
