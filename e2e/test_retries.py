"""A write whose answer is lost is sent again: MLflow's client does so for 408, 429, 5xx and cut connections.

The row W07 of the traps in README.md. What a second copy of a write must be answered, and that it changes nothing.
"""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import mlflow
import numpy
import pytest
from asking import (
    ABSENT,
    EXISTS,
    NOW,
    OPAQUE,
    Ask,
    Scene,
    batch,
    dataset,
    delete,
    experiment,
    experiment_tag,
    fetch,
    get,
    history,
    log_inputs,
    log_metric,
    metric,
    new_version,
    patch,
    post,
    put,
    registered,
    run,
    set_tag,
)
from mlflow.entities import Metric, Param, RunTag
from wire import ARTIFACTS, Answer, Wire


# --- every write, sent twice


@dataclass(frozen=True)
class Again:
    """A write, sent twice. The second must be answered as it says, and what is looked at must stay as it was."""

    write: Ask
    look: tuple[Ask, ...] = ()
    first: tuple[Ask, ...] = ()
    again: tuple[int, str | None, str] | None = None


HAS_TAG = (set_tag("k", "v"),)
HAS_EXPERIMENT_TAG = (experiment_tag("k", "v"),)
HAS_VERSION = (new_version(),)
HAS_MODEL_TAG = (post("registered-models/set-tag", name="{model}", key="k", value="v"),)
HAS_VERSION_TAG = (post("model-versions/set-tag", name="{model}", version="{version}", key="k", value="v"),)
HAS_ALIAS = (post("registered-models/alias", name="{model}", version="{version}", alias="a"),)
NO_TAG, NO_EXPERIMENT, TAKEN = (404, ABSENT, "No tag"), (404, ABSENT, "No Experiment"), (400, EXISTS, "already exists")
NO_MODEL, NO_VERSION = (404, ABSENT, "Registered Model"), (404, ABSENT, "Model Version")
logged = get("logged-models/{logged}")
named = get("experiments/get-by-name", experiment_name="{u}")
the_version = get("model-versions/get", name="{model}", version="1")
versions = get("model-versions/search", filter="name = '{model}'")

AGAIN = {
    "experiments/create": Again(post("experiments/create", name="{u}"), (named,), again=TAKEN),
    "experiments/update": Again(post("experiments/update", experiment_id="{exp}", new_name="{u}"), (experiment,)),
    "experiments/delete": Again(
        post("experiments/delete", experiment_id="{exp}"), (experiment, run), (run,), NO_EXPERIMENT
    ),
    "experiments/restore": Again(
        post("experiments/restore", experiment_id="{lost}"),
        (get("experiments/get", experiment_id="{lost}"),),
        again=NO_EXPERIMENT,
    ),
    "experiments/set-experiment-tag": Again(experiment_tag("k", "v"), (experiment,)),
    "experiments/delete-experiment-tag": Again(
        post("experiments/delete-experiment-tag", experiment_id="{exp}", key="k"),
        (experiment,),
        HAS_EXPERIMENT_TAG,
        NO_TAG,
    ),
    # MLflow has nothing by which to know a run again: a lost answer leaves a second run.
    "runs/create": Again(post("runs/create", experiment_id="{exp}", run_name="twin")),
    "runs/update": Again(post("runs/update", run_id="{run}", status="FINISHED", end_time=9, run_name="n"), (run,)),
    "runs/delete": Again(post("runs/delete", run_id="{run}"), (run,)),
    "runs/restore": Again(post("runs/restore", run_id="{gone}"), (get("runs/get", run_id="{gone}"),)),
    "runs/log-metric": Again(log_metric(0.1, NOW, 3), (run, history)),
    "runs/log-metric of NaN": Again(log_metric("NaN", NOW, 3), (run, history)),
    "runs/log-metric of an infinity": Again(log_metric("Infinity", NOW, 3), (run, history)),
    "runs/log-metric of a logged model": Again(log_metric(1, NOW, 3, model_id="{logged}"), (run, history, logged)),
    "runs/log-parameter": Again(post("runs/log-parameter", run_id="{run}", key="p", value="1"), (run,)),
    "runs/log-parameter, cut": Again(post("runs/log-parameter", run_id="{run}", key="p", value="1" * 7000), (run,)),
    "runs/set-tag": Again(set_tag("k", "v"), (run,)),
    "runs/delete-tag": Again(post("runs/delete-tag", run_id="{run}", key="k"), (run,), HAS_TAG, NO_TAG),
    "runs/log-batch": Again(
        batch(
            [metric(i / 3, NOW, i) for i in range(50)]
            + [metric("NaN", NOW, 60), metric(1, model_id="{logged}", key="of")],
            {"p": "1", "cut": "v" * 7000},
            {"t": "1", "mlflow.runName": "by tag", "cut": "v" * 9000},
        ),
        (run, history, logged),
    ),
    "runs/log-inputs": Again(
        log_inputs({**dataset(), "tags": [{"key": "k", "value": "v"}]}, dataset("e"), models=[{"model_id": "m-1"}]),
        (run,),
    ),
    "logged-models": Again(post("logged-models", experiment_id="{exp}", name="twin")),  # as with runs/create
    "logged-models, finalized": Again(
        patch("logged-models/{logged}", model_id="{logged}", status="LOGGED_MODEL_READY"), (logged,)
    ),
    "logged-models, tag deleted": Again(
        delete("logged-models/{logged}/tags/k"),
        (logged,),
        (patch("logged-models/{logged}/tags", tags=[{"key": "k", "value": "v"}]),),
        (404, ABSENT, ""),
    ),
    "logged-models, deleted": Again(
        delete("logged-models/{logged}"), (get("logged-models/{logged}", allow_deleted="True"),)
    ),
    "logged-models, tags": Again(patch("logged-models/{logged}/tags", tags=[{"key": "k", "value": "v"}]), (logged,)),
    "registered-models/create": Again(
        post("registered-models/create", name="{u}", description="d"),
        (get("registered-models/get", name="{u}"),),
        again=TAKEN,
    ),
    "registered-models/update": Again(
        patch("registered-models/update", name="{model}", description="d"), (registered,)
    ),
    "registered-models/rename": Again(
        post("registered-models/rename", name="{model}", new_name="{u}"),
        (get("registered-models/get", name="{u}"),),
        again=NO_MODEL,
    ),
    "registered-models/delete": Again(delete("registered-models/delete", name="{model}"), again=NO_MODEL),
    "registered-models/set-tag": Again(HAS_MODEL_TAG[0], (registered,)),
    "registered-models/delete-tag": Again(
        delete("registered-models/delete-tag", name="{model}", key="k"), (registered,), HAS_MODEL_TAG
    ),
    "registered-models/alias": Again(HAS_ALIAS[0], (registered,)),
    "registered-models/alias, deleted": Again(
        delete("registered-models/alias", name="{model}", alias="a"), (registered,), HAS_ALIAS
    ),
    # As with runs/create: a lost answer leaves a second version, and no number is left out.
    "model-versions/create": Again(new_version()),
    "model-versions/update": Again(
        patch("model-versions/update", name="{model}", version="1", description="d"), (the_version,), HAS_VERSION
    ),
    "model-versions/transition-stage": Again(
        post(
            "model-versions/transition-stage",
            name="{model}",
            version="1",
            stage="Production",
            archive_existing_versions=True,
        ),
        (versions,),
        HAS_VERSION + HAS_VERSION,
    ),
    "model-versions/set-tag": Again(HAS_VERSION_TAG[0], (the_version,)),
    "model-versions/delete-tag": Again(
        delete("model-versions/delete-tag", name="{model}", version="1", key="k"), (the_version,), HAS_VERSION_TAG
    ),
    "model-versions/delete": Again(
        delete("model-versions/delete", name="{model}", version="2"), (versions,), HAS_VERSION + HAS_VERSION, NO_VERSION
    ),
    "an artifact": Again(
        put("{exp}/{run}/artifacts/f", b"once"),
        (get("artifacts/list", run_id="{run}"), fetch("{exp}/{run}/artifacts/f")),
    ),
    "an artifact, deleted": Again(
        Ask("DELETE", f"{ARTIFACTS}/{{exp}}/{{run}}/artifacts/f", None, {}),
        (get("artifacts/list", run_id="{run}"),),
        (put("{exp}/{run}/artifacts/f"),),
    ),
}
# Where MLflow answers a repeat with its database's complaint, or writes it twice.
AGAIN_MEANT = {
    "logged-models, params": Again(
        post("logged-models/{logged}/params", model_id="{logged}", params=[{"key": "p", "value": "1"}]), (logged,)
    ),
    "runs/log-model": Again(
        post(
            "runs/log-model",
            run_id="{run}",
            model_json='{"artifact_path": "", "flavors": {}, "utc_time_created": "", "run_id": "r", "model_uuid": "u"}',
        ),
        (run,),
    ),
    "runs/outputs": Again(post("runs/outputs", run_id="{run}", models=[{"model_id": "m-1", "step": 3}]), (run,)),
}
TIMES = re.compile(r'"last_updated?_time(?:stamp(?:_ms)?)?": ?\d+,?')


def seen(scene: Scene, look: tuple[Ask, ...]) -> list[str]:
    return [TIMES.sub("", ask(scene).text) for ask in look]


@pytest.mark.parametrize(
    "row",
    [
        *(pytest.param(row, id=f"W07: {name}, sent twice") for name, row in AGAIN.items()),
        *(
            pytest.param(row, id=f"W07: {name}, sent twice", marks=pytest.mark.fourfold_only)
            for name, row in AGAIN_MEANT.items()
        ),
    ],
)
def test_write_sent_again(scene, row):
    for step in row.first:
        step(scene)
    first = row.write(scene)
    once = seen(scene, row.look)
    again = row.write.refused(*row.again)(scene) if row.again else row.write(scene)
    assert again.status not in (408, 429, 500, 502, 503, 504), again.text  # the client would send it again and again
    assert seen(scene, row.look) == once
    if row.write.route.endswith("create") and not row.again or row.write.route == "logged-models":
        assert again.json() != first.json()


@pytest.mark.fourfold_only  # On SQLite, MLflow's server answers some of them with a lock.
@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"W07: {name}, sent many times at once") for name, row in {**AGAIN, **AGAIN_MEANT}.items()],
)
def test_write_sent_again_before_the_first_is_answered(scene, row):
    """As by a client that has lost patience: one is done, and the others are answered as repeats."""
    for step in row.first:
        step(scene)
    scene.fill(f"{row.write.route} {json.dumps(row.write.content, default=str)}")  # make what it speaks of, once
    with ThreadPoolExecutor(8) as pool:
        answers = [done.result() for done in [pool.submit(row.write.send, scene) for _ in range(8)]]
    done = [answer for answer in answers if answer.status == 200]
    if row.again:
        assert len(done) == 1, [answer.text for answer in answers]
        for answer in answers:
            if answer is not done[0]:
                answer.refused(*row.again)
    else:
        assert len(done) == 8, [answer.text for answer in answers]
    alone = seen(scene, row.look)
    row.write.send(scene)
    assert seen(scene, row.look) == alone


# --- the client itself


class Losing(http.server.BaseHTTPRequestHandler):
    """Passes each request on to the server, and loses the answer to the first of equal writes, if it is to."""

    server: LosingServer
    protocol_version = "HTTP/1.1"

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {"content-type", "authorization", "content-encoding", "x-mlflow-workspace"}
        headers = {name: value for name, value in self.headers.items() if name.lower() in kept}
        answer = self.server.wire.send(self.command, self.path.removeprefix(self.server.wire.prefix), body, headers)
        request = (self.command, self.path, body)
        self.server.asked.append(request)
        if self.server.how != "lost nothing" and self.command != "GET" and self.server.asked.count(request) == 1:
            if self.server.how == "cut off":
                self.close_connection = True
                self.connection.shutdown(2)
                return
            answer = Answer(503, {"content-type": "text/plain", "retry-after": "0"}, b"away")
        self.send_response(answer.status)
        for name in ("content-type", "retry-after"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def log_message(self, *_: object) -> None:
        pass


class LosingServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, wire: Wire, how: str) -> None:
        super().__init__(("127.0.0.1", 0), Losing)
        self.wire, self.how = wire, how
        self.asked: list[tuple[str, str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{self.wire.prefix}"


@contextmanager
def losing(wire: Wire, how: str) -> Iterator[LosingServer]:
    with LosingServer(wire, how) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture
def retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client sends again, as it does by default, but soon."""
    for name, value in {"MAX_RETRIES": "7", "BACKOFF_FACTOR": "0", "BACKOFF_JITTER": "0"}.items():
        monkeypatch.setenv(f"MLFLOW_HTTP_REQUEST_{name}", value)


@pytest.mark.parametrize("how", ["told 503", "cut off"])
def test_client_that_gets_no_first_answer_leaves_what_one_who_does(wire, client, unique, retries, how):
    """W07: every write of a program arrives twice."""
    data = mlflow.data.from_numpy(numpy.arange(3.0), name="three")
    with losing(wire, how) as server:
        through = mlflow.MlflowClient(server.url, server.url)
        # MLflow's set_experiment knows what it means.
        with pytest.raises(mlflow.MlflowException, match="already exists"):
            through.create_experiment(unique)
        experiment_id = through.get_experiment_by_name(unique).experiment_id
        run_id = through.create_run(experiment_id, start_time=NOW, run_name="one").info.run_id
        through.log_param(run_id, "p", 1)
        through.log_metric(run_id, "m", 0.5, timestamp=NOW, step=1)
        for start in (0, 1000):
            points = [Metric("m", step / 7, NOW, step) for step in range(start, start + 1000)]
            through.log_batch(run_id, points, [Param(f"p{start}", "v")], [RunTag("t", str(start))])
        through.set_tag(run_id, "k", "v")
        through.log_inputs(run_id, [mlflow.entities.DatasetInput(data._to_mlflow_entity(), [])])
        through.log_text(run_id, "text", "file.txt")
        through.update_run(run_id, name="renamed")
        through.set_terminated(run_id, end_time=NOW + 9)
        with pytest.raises(mlflow.MlflowException, match="No tag with name"):
            through.delete_tag(run_id, "k")
        with pytest.raises(mlflow.MlflowException, match="already exists"):
            through.create_registered_model(unique)
        version = through.create_model_version(unique, OPAQUE).version
        through.set_registered_model_alias(unique, "a", version)
        through.set_model_version_tag(unique, version, "k", "v")
        writes = [request for request in server.asked if request[0] != "GET"]
        assert len(writes) == 2 * len(set(writes)) > 30

    found = client.get_run(run_id)
    assert (found.info.run_name, found.info.status, found.info.end_time) == ("renamed", "FINISHED", NOW + 9)
    assert found.data.params == {"p": "1", "p0": "v", "p1000": "v"}
    assert found.data.tags == {"mlflow.runName": "renamed", "t": "1000"}
    assert found.data.metrics == {"m": 1999 / 7}
    history = client.get_metric_history(run_id, "m")
    assert [(point.step, point.value) for point in history] == sorted(
        [(1, 0.5), *((step, step / 7) for step in range(2000))]
    )
    assert [read.dataset.name for read in found.inputs.dataset_inputs] == ["three"]
    assert [file.path for file in client.list_artifacts(run_id)] == ["file.txt"]
    twins = client.search_runs([experiment_id], "status = 'RUNNING'")  # nothing tells a run from its like
    assert [run.info.run_name for run in twins] == ["one"]
    assert version == "2" and client.get_model_version_by_alias(unique, "a").tags == {"k": "v"}
    client.delete_registered_model(unique)
    client.delete_experiment(experiment_id)


MISTAKES = {
    "a run that is not there": lambda client, scene: client.get_run("0" * 32),
    "a param that changes": lambda client, scene: client.log_batch(scene["run"], params=[Param("p", "2")]),
    "a metric's name that cannot be": lambda client, scene: client.log_metric(scene["run"], "a#b", 1),
    "an experiment that is there": lambda client, scene: client.create_experiment("Default"),
    "a deleted run": lambda client, scene: client.set_tag(scene["gone"], "k", "v"),
    "a filter that says nothing": lambda client, scene: client.search_runs([scene["exp"]], "bogus = 1"),
    "a model that is not there": lambda client, scene: client.get_registered_model("none"),
    "an alias that is not there": lambda client, scene: client.get_model_version_by_alias(scene["model"], "none"),
}
# MLflow's server answers 500 to these, and its client asks it eight times.
MISTAKES_MEANT = {
    "a search ordered twice by one field": lambda client, scene: client.search_runs(
        [scene["exp"]], order_by=["metrics.m", "metrics.m DESC"]
    ),
    "a new name for a deleted experiment": lambda client, scene: client.rename_experiment(scene["lost"], scene["u"]),
    "others archived for a stage that is not active": lambda client, scene: client.transition_model_version_stage(
        scene["model"], scene["version"], "Archived", archive_existing_versions=True
    ),
}


@pytest.mark.parametrize(
    "mistake",
    [
        *(pytest.param(mistake, id=f"W07: {name}, told at once") for name, mistake in MISTAKES.items()),
        *(
            pytest.param(mistake, id=f"W07: {name}, told at once", marks=pytest.mark.fourfold_only)
            for name, mistake in MISTAKES_MEANT.items()
        ),
    ],
)
def test_client_is_told_of_its_mistake_at_once(wire, scene, retries, mistake):
    post("runs/log-parameter", run_id="{run}", key="p", value="1")(scene)
    scene.fill("{gone}{lost}{version}")
    with losing(wire, "lost nothing") as server:
        with pytest.raises(mlflow.MlflowException):
            mistake(mlflow.MlflowClient(server.url, server.url), scene)
        assert len(server.asked) == len(set(server.asked)), server.asked
