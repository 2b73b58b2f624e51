"""What is kept hot: no answer survives a change of what it shows, one write route after another.

Needs FOURFOLD_UNCACHED_URL, the address of a gateway over the same services that uses no cache: what it answers is true. After
each write through one gateway the first answers of another (FOURFOLD_SECOND_URL, or the same) are compared with that. The
routes are those of gateway/src/test/resources/write-routes.txt, which a test of the gateway keeps whole.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest
from wire import ARTIFACTS, TRACKING, Answer, Wire

pytestmark = pytest.mark.fourfold_only

TABLE = pathlib.Path(__file__).parent.parent / "gateway/src/test/resources/write-routes.txt"
JSON = {"Content-Type": "application/json"}
RESOLVE = "/api/v1/models/resolve"
MLMODEL = """signature:
  inputs: '[{"name": "%s", "type": "double", "required": true}]'
  outputs: '[{"type": "long"}]'
  params: null
"""


def changing() -> set[tuple[str, str]]:
    """The routes of the table that change a kept answer, but for what other tests try."""
    rows = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and line[0] not in "#*"]
    elsewhere = {"features"}  # test_features.py
    return {(row[0], row[1]) for row in rows if row[2] != "-" and row[2] not in elsewhere}


class Things:
    """An experiment with a run, and a model with versions of the run's files, by which answers are asked for."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        u = uuid.uuid4().hex
        self.experiment, self.new_experiment = f"hot-{u}", f"hotter-{u}"
        self.model, self.new_model = f"hot.{u}", f"hotter.{u}"
        self.experiment_id = wire.post("experiments/create", {"name": self.experiment}).ok()["experiment_id"]
        run = wire.post("runs/create", {"experiment_id": self.experiment_id, "start_time": 1}).ok()["run"]["info"]
        self.run_id = run["run_id"]
        self.folder = run["artifact_uri"].removeprefix("mlflow-artifacts:/") + "/m"
        wire.send("PUT", f"{ARTIFACTS}/{self.folder}/MLmodel", MLMODEL % "x").ok_status()
        wire.post("registered-models/create", {"name": self.model}).ok()
        for source in (f"mlflow-artifacts:/{self.folder}", f"runs:/{self.run_id}/m", f"mlflow-artifacts:/{self.folder}"):
            self.version(source)
        wire.post("registered-models/alias", {"name": self.model, "alias": "best", "version": "1"}).ok()
        move = {"name": self.model, "version": "1", "stage": "Production"}
        wire.post("model-versions/transition-stage", move).ok()

    def version(self, source: str) -> None:
        body = {"name": self.model, "source": source, "run_id": self.run_id}
        self.wire.post("model-versions/create", body).ok()

    def paths(self) -> list[str]:
        """Every answer about these things that may be kept, under both of their names."""

        def get(route: str, **query: str) -> str:
            return f"{TRACKING}{route}?{urlencode(query)}"

        paths = [get("runs/get", run_id=self.run_id), get("experiments/get", experiment_id=self.experiment_id)]
        paths += [get("experiments/get-by-name", experiment_name=n) for n in (self.experiment, self.new_experiment)]
        for name in (self.model, self.new_model):
            paths.append(get("registered-models/get", name=name))
            paths.append(get("registered-models/alias", name=name, alias="best"))
            paths.append(get("model-versions/get", name=name, version="1"))
            paths.append(f"{RESOLVE}?uri={quote(f'models:/{name}@best', safe='')}")
        name = self.model
        paths.append(get("registered-models/get-latest-versions", name=name))
        paths.append(get("registered-models/get-latest-versions", name=name, stages="Production"))
        paths.append(get("registered-models/alias", name=name, alias="other"))
        for version in ("3", "4"):
            paths.append(get("model-versions/get", name=name, version=version))
            paths.append(get("model-versions/get-download-uri", name=name, version=version))
        for which in ("@other", "/2", "/4", "/Production", "/latest"):
            paths.append(f"{RESOLVE}?uri={quote(f'models:/{name}{which}', safe='')}")
        return paths


Write = Callable[[Things, Wire], Answer]


def post(route: str, **body: object) -> tuple[str, str, Write]:
    return sends("POST", f"/mlflow/{route}", body)


def patch(route: str, **body: object) -> tuple[str, str, Write]:
    return sends("PATCH", f"/mlflow/{route}", body)


def delete(route: str, **body: object) -> tuple[str, str, Write]:
    return sends("DELETE", f"/mlflow/{route}", body)


def sends(method: str, route: str, body: dict) -> tuple[str, str, Write]:
    def write(things: Things, wire: Wire) -> Answer:
        return wire.send(method, f"/api/2.0{route}", json.dumps(filled(body, things)), JSON)

    return method, route, write


def filled(value: object, things: Things) -> object:
    if isinstance(value, dict):
        return {key: filled(one, things) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    return re.sub(r"\{(\w+)}", lambda m: getattr(things, m[1]), value) if isinstance(value, str) else value


def file(method: str, below: str, content: str | None = None) -> tuple[str, str, Write]:
    def write(things: Things, wire: Wire) -> Answer:
        return wire.send(method, f"{ARTIFACTS}/{things.folder}{below}", content)

    return method, "/mlflow-artifacts/artifacts/{+path}", write


def upload(content: str) -> tuple[str, str, Write]:
    def write(things: Things, wire: Wire) -> Answer:
        query = urlencode({"run_uuid": things.run_id, "path": "m/MLmodel"})
        return wire.send("POST", f"/ajax-api/2.0/mlflow/upload-artifact?{query}", content)

    return "POST", "/mlflow/upload-artifact", write


def purge() -> tuple[str, str, Write]:
    def write(things: Things, wire: Wire) -> Answer:
        body = {"run_ids": [things.run_id], "older_than": "0s"}
        return wire.send("POST", "/api/v1/runs/purge", json.dumps(body), JSON)

    return "POST", "/api/v1/runs/purge", write


def beat_again() -> tuple[str, str, Write]:
    """A run that was marked for want of a heartbeat runs again."""

    def write(things: Things, wire: Wire) -> Answer:
        path = f"/api/v1/runs/{things.run_id}/heartbeat"

        def beat(ttl: int) -> Answer:
            return wire.send("PUT", path, json.dumps({"ttl_ms": ttl}), JSON)

        beat(1_000).ok()
        limit = time.monotonic() + 120
        while wire.get("runs/get", run_id=things.run_id).ok()["run"]["info"]["status"] != "FAILED":
            assert time.monotonic() < limit, "a run that does not beat is marked"
            time.sleep(0.1)
        answer = beat(60_000)
        assert answer.ok()["resumed"]
        return answer

    return "PUT", "/api/v1/runs/{runId}/heartbeat", write


RUN, EXPERIMENT, MODEL = {"run_id": "{run_id}"}, {"experiment_id": "{experiment_id}"}, {"name": "{model}"}
VERSION = {**MODEL, "version": "1"}
DATASET = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
HISTORY = json.dumps({"run_id": "r", "artifact_path": "m", "utc_time_created": "2026", "flavors": {}})

# In this order: each finds what those before it left.
WRITES = [
    post("runs/set-tag", **RUN, key="k", value="v"),
    post("runs/delete-tag", **RUN, key="k"),
    post("runs/log-metric", **RUN, key="m", value=1.5, timestamp=1, step=1),
    post("runs/log-parameter", **RUN, key="p", value="v"),
    post("runs/log-batch", **RUN, params=[{"key": "q", "value": "v"}], tags=[{"key": "t", "value": "v"}]),
    post("runs/log-inputs", **RUN, datasets=[{"dataset": DATASET}]),
    post("runs/outputs", **RUN, models=[{"model_id": "m-1", "step": 1}]),
    post("runs/log-model", **RUN, model_json=HISTORY),
    beat_again(),
    post("runs/update", **RUN, status="FINISHED", end_time=2),
    post("runs/delete", **RUN),
    post("runs/restore", **RUN),
    post("experiments/set-experiment-tag", **EXPERIMENT, key="k", value="v"),
    post("experiments/delete-experiment-tag", **EXPERIMENT, key="k"),
    post("experiments/update", **EXPERIMENT, new_name="{new_experiment}"),
    post("experiments/delete", **EXPERIMENT),
    post("experiments/restore", **EXPERIMENT),
    patch("registered-models/update", **MODEL, description="d"),
    post("registered-models/set-tag", **MODEL, key="k", value="v"),
    delete("registered-models/delete-tag", **MODEL, key="k"),
    post("registered-models/alias", **MODEL, alias="best", version="3"),
    post("registered-models/alias", **MODEL, alias="other", version="1"),
    delete("registered-models/alias", **MODEL, alias="other"),
    post("model-versions/create", **MODEL, source="mlflow-artifacts:/{folder}", run_id="{run_id}"),
    patch("model-versions/update", **VERSION, description="d"),
    post("model-versions/set-tag", **VERSION, key="k", value="v"),
    delete("model-versions/delete-tag", **VERSION, key="k"),
    post("model-versions/transition-stage", **{**VERSION, "version": "4"}, stage="Production",
         archive_existing_versions=True),  # fmt: skip
    file("PUT", "/MLmodel", MLMODEL % "y"),
    upload(MLMODEL % "z"),
    file("DELETE", "/MLmodel"),
    file("PUT", "/MLmodel", MLMODEL % "a"),
    file("DELETE", ""),
    file("PUT", "/MLmodel", MLMODEL % "b"),
    delete("model-versions/delete", **{**MODEL, "version": "3"}),
    post("registered-models/rename", **MODEL, new_name="{new_model}"),
    post("registered-models/rename", name="{new_model}", new_name="{model}"),
    post("runs/delete", **RUN),
    purge(),
    delete("registered-models/delete", **MODEL),
]
WITHOUT_S3 = {("POST", "/mlflow-artifacts/mpu/complete/{+path}")}


@pytest.fixture
def uncached() -> Wire:
    url = os.environ.get("FOURFOLD_UNCACHED_URL")
    if not url:
        pytest.skip("FOURFOLD_UNCACHED_URL is not set: nothing to compare kept answers with")
    return Wire(url)


@pytest.fixture
def other(wire: Wire) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", wire.url))


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_every_write_is_seen_in_every_kept_answer(
    wire: Wire, other: Wire, uncached: Wire, pool: ThreadPoolExecutor
) -> None:
    assert {(method, route) for method, route, _ in WRITES} == changing() - WITHOUT_S3
    things = Things(wire)
    kept = Counts()
    true_before = answers(pool, uncached, things)
    for number, (method, route, write) in enumerate(WRITES):
        warm(pool, other, things, kept)
        write(things, (wire, other)[number % 2]).ok_status()
        first = answers(pool, other, things)
        again = answers(pool, wire, things)
        true = answers(pool, uncached, things)
        assert true != true_before, f"{method} {route} changes nothing that is looked at"
        for path, answer in true.items():
            assert first[path] == answer, f"after {method} {route}: {path}"
            assert again[path] == answer, f"after {method} {route}, through the gateway: {path}"
        true_before = true
    assert kept.hits > 300, kept.hits


class Counts:
    hits = 0


def warm(pool: ThreadPoolExecutor, wire: Wire, things: Things, kept: Counts) -> None:
    """Reads until all that can be kept is."""
    limit = time.monotonic() + 90
    left = things.paths()
    while left:
        assert time.monotonic() < limit, f"never kept: {left}"
        read = list(pool.map(lambda path: wire.send("GET", path), left))
        kept.hits += sum(answer.headers.get("x-fourfold-store") == "redis" for answer in read)
        # What is absent is never kept.
        left = [
            path
            for path, answer in zip(left, read, strict=True)
            if answer.status == 200 and answer.headers.get("x-fourfold-store") != "redis"
        ]


def answers(pool: ThreadPoolExecutor, wire: Wire, things: Things) -> dict[str, tuple[int, str]]:
    paths = things.paths()
    read = pool.map(lambda path: wire.send("GET", path), paths)
    return {path: told(answer) for path, answer in zip(paths, read, strict=True)}


def told(answer: Answer) -> tuple[int, str]:
    assert answer.status < 500, answer.text
    return answer.status, answer.text if answer.status == 200 else answer.json().get("message", "")


def test_address_of_a_model_is_resolved_in_one_call(wire: Wire) -> None:
    things = Things(wire)
    uri = f"mlflow-artifacts:/{things.folder}"

    def resolved(which: str) -> dict:
        return wire.get(RESOLVE, uri=f"models:/{things.model}{which}").ok()

    assert resolved("@best") == {
        "uri": f"models:/{things.model}@best",
        "name": things.model,
        "version": "1",
        "stage": "Production",
        "aliases": ["best"],
        "run_id": things.run_id,
        "source": uri,
        "artifact_uri": uri,
        "mlmodel": "read",
        "signature": {
            "inputs": [{"name": "x", "type": "double", "required": True}],
            "outputs": [{"type": "long"}],
            "params": None,
        },
    }
    assert resolved("/1")["version"] == resolved("/Production")["version"] == resolved("/production")["version"] == "1"
    assert resolved("/latest")["version"] == resolved("@latest")["version"] == "3"
    body = {"name": things.model, "source": f"runs:/{things.run_id}/m", "run_id": things.run_id}
    wire.post("model-versions/create", body).ok()
    of_run = resolved("/4")
    assert (of_run["artifact_uri"], of_run["mlmodel"]) == (uri, "read")
    for which, status in {"@none": 400, "/9": 404, "/Staging": 404, "/Bogus": 400, "": 400, "/1/2": 400}.items():
        assert wire.get(RESOLVE, uri=f"models:/{things.model}{which}").status == status, which
    assert wire.get(RESOLVE).status == 400


def test_model_that_mlflow_logged_is_resolved_as_mlflow_knows_it(wire: Wire, tracking: str, unique: str) -> None:
    import mlflow
    import numpy as np
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
    signature = mlflow.models.infer_signature(np.array([[1.0]]), np.array([1.0]))
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model, name="model", signature=signature, registered_model_name=f"hot-{unique}"
        )
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(f"hot-{unique}", "best", 1)
    resolved = wire.get(RESOLVE, uri=f"models:/hot-{unique}@best").ok()
    for part in ("inputs", "outputs"):
        assert resolved["signature"][part] == json.loads(json.dumps(getattr(signature, part).to_dict()))
    assert resolved["source"] == client.get_model_version(f"hot-{unique}", "1").source
