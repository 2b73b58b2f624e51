"""Autologging by scikit-learn, as people use it."""

from __future__ import annotations

import json
import logging

import mlflow
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


# Whether autologging also records the data, which takes runs/log-inputs: by default it does.
WITH_AND_WITHOUT_DATA = pytest.mark.parametrize(
    "how",
    [pytest.param({"log_datasets": False}, id="without data"), pytest.param({}, id="with data")],
)


@pytest.fixture
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture
def autolog():
    """Turns autologging on, and off again after the test."""

    def on(**how: object) -> None:
        mlflow.sklearn.autolog(**how)

    yield on
    mlflow.sklearn.autolog(disable=True)


@pytest.fixture
def warnings(caplog):
    """What MLflow complained about. Autologging never fails a training: it only warns, and leaves things out."""
    logger = logging.getLogger("mlflow")  # it does not propagate to the root
    logger.addHandler(caplog.handler)
    yield lambda: [record.getMessage() for record in caplog.records if "Encountered unexpected error" in record.message]
    logger.removeHandler(caplog.handler)


def test_fit_is_logged_whole(client, tracking, autolog, iris):
    autolog(log_models=False)
    x, y = iris
    with mlflow.start_run() as active:
        model = LogisticRegression(C=0.7, max_iter=400).fit(x, y)
    run = client.get_run(active.info.run_id)
    assert run.info.status == "FINISHED"
    assert (run.data.params["C"], run.data.params["max_iter"]) == ("0.7", "400")
    assert set(run.data.params) == set(model.get_params())
    assert run.data.metrics["training_accuracy_score"] == pytest.approx(model.score(x, y))
    assert set(run.data.metrics) >= {"training_f1_score", "training_log_loss", "training_score", "training_roc_auc"}
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    files = {file.path for file in client.list_artifacts(active.info.run_id)}
    assert files >= {"estimator.html", "training_confusion_matrix.png"}


@WITH_AND_WITHOUT_DATA
def test_fit_without_a_run_makes_one(client, tracking, autolog, how):
    autolog(log_models=False, **how)
    x, y = load_diabetes(return_X_y=True)
    make_pipeline(StandardScaler(), Ridge(alpha=0.5)).fit(x, y)
    (run,) = client.search_runs([tracking])
    assert run.info.status == "FINISHED"
    assert run.data.params["ridge__alpha"] == "0.5"
    assert "training_root_mean_squared_error" in run.data.metrics


@WITH_AND_WITHOUT_DATA
def test_scores_after_the_fit_are_logged_too(client, tracking, autolog, iris, how):
    autolog(log_models=False, **how)
    x, y = iris
    with mlflow.start_run() as active:
        score = LogisticRegression(max_iter=400).fit(x, y).score(x[:50], y[:50])
    metrics = client.get_run(active.info.run_id).data.metrics
    assert [value for key, value in metrics.items() if key.startswith("LogisticRegression_score")] == [score]


def test_grid_search_makes_a_parent_and_child_runs(client, tracking, autolog, iris):
    autolog(log_models=False, max_tuning_runs=6)
    search = GridSearchCV(LogisticRegression(max_iter=400), {"C": [0.01, 0.1, 1.0], "tol": [1e-3, 1e-4]}, cv=3)
    with mlflow.start_run(run_name="grid") as active:
        search.fit(*iris)
    parent = client.get_run(active.info.run_id)
    assert parent.data.params["best_C"] == str(search.best_params_["C"])
    assert parent.data.metrics["best_cv_score"] == pytest.approx(search.best_score_)
    children = client.search_runs(
        [tracking],
        f"tags.`mlflow.parentRunId` = '{active.info.run_id}'",
        order_by=["metrics.mean_test_score DESC"],
    )
    assert len(children) == 6
    scores = [run.data.metrics["mean_test_score"] for run in children]
    assert scores == sorted(search.cv_results_["mean_test_score"], reverse=True)
    assert {(run.data.params["C"], run.data.params["tol"]) for run in children} == {
        (str(c), str(tol)) for c in (0.01, 0.1, 1.0) for tol in (1e-3, 1e-4)
    }
    assert all(run.info.status == "FINISHED" for run in children)
    files = {file.path for file in client.list_artifacts(active.info.run_id)}
    assert files >= {"cv_results.csv", "estimator.html"}


def test_fit_and_grid_search_bring_no_warning_and_record_the_data(client, tracking, autolog, warnings, iris):
    autolog(log_models=False)
    with mlflow.start_run() as active:
        GridSearchCV(LogisticRegression(max_iter=400), {"C": [0.1, 1.0]}, cv=3).fit(*iris)
    assert warnings() == []
    (data,) = client.get_run(active.info.run_id).inputs.dataset_inputs
    assert json.loads(data.dataset.profile)["features_shape"] == [150, 4]
    assert {tag.key: tag.value for tag in data.tags} == {"mlflow.data.context": "train"}


def test_grid_search_with_its_models(client, tracking, autolog, warnings, iris):
    autolog()
    x, y = iris
    search = GridSearchCV(LogisticRegression(max_iter=400), {"C": [0.1, 1.0]}, cv=3)
    with mlflow.start_run() as active:
        search.fit(x, y)
    assert warnings() == []
    models = client.search_logged_models([tracking])
    assert {model.name for model in models} == {"model", "best_estimator"}
    assert {model.source_run_id for model in models} == {active.info.run_id}
    (best,) = [model for model in models if model.name == "best_estimator"]
    loaded = mlflow.sklearn.load_model(best.model_uri)
    assert list(loaded.predict(x)) == list(search.best_estimator_.predict(x))
    assert client.get_run(active.info.run_id).data.metrics["best_cv_score"] == pytest.approx(search.best_score_)


def test_model_is_logged_registered_and_loaded_again(client, tracking, iris, unique):
    x, y = iris
    model = LogisticRegression(max_iter=400).fit(x, y)
    how = {"serialization_format": "skops", "pip_requirements": ["scikit-learn"]}
    with mlflow.start_run() as active:
        logged = mlflow.sklearn.log_model(model, name="model", registered_model_name=f"m-{unique}", **how)
    for address in (logged.model_uri, f"runs:/{active.info.run_id}/model", f"models:/m-{unique}/1"):
        assert list(mlflow.sklearn.load_model(address).predict(x)) == list(model.predict(x))
    client.set_registered_model_alias(f"m-{unique}", "champion", "1")
    assert list(mlflow.pyfunc.load_model(f"models:/m-{unique}@champion").predict(x)) == list(model.predict(x))


def test_missing_endpoint_is_named_so_to_the_client(client):
    """The client falls back by this code; it comes from a 404 whose body is not one of MLflow's errors."""
    from mlflow.utils.rest_utils import http_request, verify_rest_response

    credentials = client._tracking_client.store.get_host_creds()
    endpoint = "/api/2.0/mlflow/no-such-thing"
    answer = http_request(credentials, endpoint, "POST", json={})
    with pytest.raises(mlflow.MlflowException) as caught:
        verify_rest_response(answer, endpoint)
    assert caught.value.error_code == "ENDPOINT_NOT_FOUND"
