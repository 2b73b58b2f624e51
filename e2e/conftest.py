"""Fixtures: the server under test, by plain HTTP and by MLflow's client, and fresh experiments and runs."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator

# Before mlflow is imported: a test must see the first answer, not what a retry makes of it.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
os.environ.setdefault("MPLBACKEND", "Agg")

import mlflow
import pytest
import yaml
from asking import Scene, delete
from described import Described
from wire import Wire

TARGETS = ("fourfold", "mlflow")


def target() -> str:
    return os.environ.get("E2E_TARGET", "fourfold")


def pytest_configure(config: pytest.Config) -> None:
    if target() not in TARGETS:
        raise pytest.UsageError(f"E2E_TARGET is {target()!r}, but must be one of {', '.join(TARGETS)}")
    if not os.environ.get("FOURFOLD_URL"):
        raise pytest.UsageError("FOURFOLD_URL is not set: give the address of a server, as http://127.0.0.1:5000")


def pytest_report_header() -> str:
    return f"server: {os.environ['FOURFOLD_URL']}, taken for: {target()}, mlflow client {mlflow.__version__}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if target() == "mlflow":
        for item in items:
            if item.get_closest_marker("fourfold_only"):
                item.add_marker(pytest.mark.skip(reason="only Fourfold does this (E2E_TARGET=mlflow)"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if Wire.described:
        seen, there = Wire.described.seen, Wire.described.operations()
        terminalreporter.write_line(f"/api/v1: {len(seen)} of {len(there)} operations were held against the document")
        terminalreporter.write_line(f"  others: {', '.join(sorted(there - seen)) or 'none'}")


@pytest.fixture(scope="session")
def base_url() -> str:
    return os.environ["FOURFOLD_URL"].rstrip("/")


@pytest.fixture(scope="session")
def wire(base_url: str) -> Wire:
    server = Wire(base_url)
    try:
        server.send("GET", "/version")
    except OSError as e:
        pytest.exit(f"No server answers at {base_url}: {e}", returncode=3)
    if target() == "fourfold":
        Wire.described = Described(yaml.safe_load(server.send("GET", "/api/v1/openapi.yaml").body))
    return server


@pytest.fixture(scope="session")
def client(wire: Wire) -> mlflow.MlflowClient:
    mlflow.set_tracking_uri(wire.url)
    mlflow.set_registry_uri(wire.url)
    return mlflow.MlflowClient()


@pytest.fixture
def unique() -> str:
    return uuid.uuid4().hex[:12]


@pytest.fixture(scope="session")
def new_experiment(wire: Wire) -> Iterator[Callable[..., str]]:
    """Makes experiments, and deletes them when the session ends."""
    made: list[str] = []

    def make(**more: object) -> str:
        body = {"name": f"e2e-{uuid.uuid4().hex}", **more}
        made.append(wire.post("experiments/create", body).ok()["experiment_id"])
        return made[-1]

    yield make
    for experiment_id in made:
        wire.post("experiments/delete", {"experiment_id": experiment_id})  # a test may have deleted it already


@pytest.fixture
def experiment_id(new_experiment: Callable[..., str]) -> str:
    return new_experiment()


@pytest.fixture(scope="session")
def new_run(wire: Wire) -> Callable[..., str]:
    def make(experiment_id: str, **more: object) -> str:
        body = {"experiment_id": experiment_id, "start_time": 1_700_000_000_000, **more}
        return wire.post("runs/create", body).ok()["run"]["info"]["run_id"]

    return make


@pytest.fixture
def run_id(new_run: Callable[..., str], experiment_id: str) -> str:
    return new_run(experiment_id)


@pytest.fixture
def tracking(client: mlflow.MlflowClient, experiment_id: str) -> Iterator[str]:
    """MLflow's fluent functions log to a fresh experiment. Gives its id."""
    experiment = client.get_experiment(experiment_id)
    mlflow.set_experiment(experiment.name)
    yield experiment_id
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def scene(wire: Wire, client: mlflow.MlflowClient, new_experiment: Callable, new_run: Callable) -> Iterator[Scene]:
    """What the tables of requests speak of."""
    scene = Scene(wire, client, new_experiment, new_run)
    yield scene
    if "model" in scene.known:
        delete("registered-models/delete", name="{model}").send(scene)  # a case may have deleted it already
