"""MLflow's own web page, served by the server under test and looked at with a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from browser import Browser, NoBrowser
from wire import Wire

POINTS = 60

# What the page asks and may be told that there is none: people who sign in otherwise, an assistant, and parts of the
# protocol that concern neither experiments nor runs nor charts.
MAY_BE_ABSENT = (
    "/ajax-api/2.0/mlflow/users/current",
    "/ajax-api/3.0/mlflow/assistant",
    "/ajax-api/2.0/mlflow/experiments/search-datasets",
    "/ajax-api/3.0/mlflow/scorers",
    "/ajax-api/3.0/mlflow/datasets",
    "/ajax-api/3.0/mlflow/issues",
)


@pytest.fixture(scope="module")
def window(base_url: str, wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    index = wire.send("GET", "/")
    assert "mlflow-ui-container" in index.text, "The server has no MLflow page: start it with --mlflow-ui"
    try:
        browser = Browser(base_url, tmp_path_factory.mktemp("profile"))
    except NoBrowser as e:
        pytest.fail(str(e), pytrace=False)
    yield browser
    browser.close()


@pytest.fixture
def page(window: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    """The window; after the test, all that it asked must have been answered well."""
    window.open("/settings")
    window.exchanges()
    yield window
    window.screenshot(tmp_path / f"{request.node.name}.png")
    exchanges = window.exchanges()
    assert exchanges, "The page asked for nothing"
    failed = [
        exchange
        for exchange in exchanges
        if exchange.status >= 500 or (exchange.status >= 400 and not exchange.path.startswith(MAY_BE_ABSENT))
    ]
    assert not failed, failed


@pytest.fixture(scope="module")
def trained(client: mlflow.MlflowClient, new_experiment) -> mlflow.entities.Run:
    """A run with curves: one that falls, one with NaN between its points."""
    run = client.create_run(new_experiment(), run_name="curly-run")
    run_id = run.info.run_id
    client.log_param(run_id, "learning rate", "0.125")
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[mlflow.entities.Metric("loss", 1 / (step + 1), now + step, step) for step in range(POINTS)]
        + [
            mlflow.entities.Metric("gaps", float("nan") if step % 7 == 2 else step, now + step, step)
            for step in range(POINTS)
        ],
    )
    client.set_terminated(run_id)
    return client.get_run(run_id)


def test_experiments_areListed(page: Browser, client: mlflow.MlflowClient, trained: mlflow.entities.Run) -> None:
    page.open("/experiments")
    page.wait_for_text(client.get_experiment(trained.info.experiment_id).name)


def test_experiment_opensWithoutErrors(
    page: Browser, client: mlflow.MlflowClient, trained: mlflow.entities.Run
) -> None:
    page.open(f"/experiments/{trained.info.experiment_id}")
    name = client.get_experiment(trained.info.experiment_id).name
    shown = page.wait_for_text(name, "Overview", "No data available for the selected time range")
    assert "Failed to load" not in shown


def test_experiment_showsItsRuns(page: Browser, trained: mlflow.entities.Run) -> None:
    page.open(f"/experiments/{trained.info.experiment_id}/runs")
    page.wait_for_text("Run Name", "curly-run", "1 matching run")


def test_run_showsWhatWasLogged(page: Browser, trained: mlflow.entities.Run) -> None:
    page.open(f"/experiments/{trained.info.experiment_id}/runs/{trained.info.run_id}")
    shown = page.wait_for_text("curly-run", "Metrics (2)", "Parameters (1)", "Finished")
    assert str(1 / POINTS) in shown
    assert "learning rate" in shown
    assert "0.125" in shown
    assert trained.info.run_id in shown


def test_charts_drawTheCurves(page: Browser, trained: mlflow.entities.Run) -> None:
    page.open(f"/experiments/{trained.info.experiment_id}/runs/{trained.info.run_id}/model-metrics")
    page.wait_for_text("Model metrics", "loss", "gaps")
    # Fewer corners than points: a line leaves out those that lie on it.
    page.wait_for(
        lambda: [chart["corners"] > POINTS / 3 for chart in page.charts()] == [True, True],
        lambda: f"The charts are {page.charts()}",
    )
    # A curve may be drawn from more than one trace, such as the smoothed one and the original.
    gaps, loss = sorted((sorted(set(chart["values"])) for chart in page.charts()), key=len)
    assert gaps == [step for step in range(POINTS) if step % 7 != 2]
    assert loss == pytest.approx(sorted(1 / (step + 1) for step in range(POINTS)))
