"""Requests as data, for tables: what is asked, and what must come back.

In paths and bodies `{run}`, `{gone}` (a deleted run), `{exp}`, `{lost}` (a deleted experiment), `{model}` (a registered
model), `{version}` (its version), `{logged}` (a logged model) and `{u}` (a word of its own) are made when first
mentioned; `.keep(x, path)` makes `{x}`.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import mlflow
from wire import ARTIFACTS, Answer, Wire, path_of

INVALID, ABSENT, EXISTS = "INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"
JSON = {"Content-Type": "application/json"}
NOW = 1_700_000_000_000
OPAQUE = "s3://bucket/model"


class Scene:
    """The things that a case speaks of, made when they are first mentioned."""

    def __init__(self, wire: Wire, client: mlflow.MlflowClient, new_experiment: Callable, new_run: Callable) -> None:
        self.wire, self.client = wire, client
        self.new_experiment, self.new_run = new_experiment, new_run
        self.known: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self.known:
            self.known[name] = self.make(name)
        return self.known[name]

    def make(self, name: str) -> str:
        match name:
            case "u":
                return f"e2e-{uuid.uuid4().hex}"
            case "exp":
                return self.new_experiment()
            case "lost":
                lost = self.new_experiment()
                self.wire.post("experiments/delete", {"experiment_id": lost}).ok()
                return lost
            case "run":
                return self.new_run(self["exp"])
            case "gone":
                gone = self.new_run(self["exp"])
                self.wire.post("runs/delete", {"run_id": gone}).ok()
                return gone
            case "model":
                body = {"name": f"e2e-{uuid.uuid4().hex}"}
                return self.wire.post("registered-models/create", body).ok()["registered_model"]["name"]
            case "version":
                body = {"name": self["model"], "source": OPAQUE}
                return self.wire.post("model-versions/create", body).ok()["model_version"]["version"]
            case "logged":
                made = self.wire.post("logged-models", {"experiment_id": self["exp"], "name": "m"}).ok()
                return made["model"]["info"]["model_id"]
        raise KeyError(name)

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            return re.sub(r"\{([a-z]+)}", lambda found: self[found[1]], value)
        return value


Check = Callable[[Scene, Answer], None]


@dataclass(frozen=True)
class Ask:
    """A request, and what its answer must be: 200, unless it must be refused."""

    method: str
    route: str
    content: Any = None
    headers: dict[str, str] | None = None
    checks: tuple[Check, ...] = ()
    refusal: tuple[int, str | None, str] | None = None
    any_status: bool = False

    def send(self, scene: Scene) -> Answer:
        route = scene.fill(self.route)
        if self.method == "GET" and self.headers is None:
            return scene.wire.get(route, **scene.fill(self.content or {}))
        body = self.content
        if not isinstance(body, bytes | None):
            body = scene.fill(body if isinstance(body, str) else json.dumps(body))
        return scene.wire.send(self.method, path_of(route), body, JSON if self.headers is None else self.headers)

    def __call__(self, scene: Scene) -> Answer:
        answer = self.send(scene)
        if self.refusal:
            status, code, fragment = self.refusal
            answer.refused(status, code, scene.fill(fragment))
        elif not self.any_status:
            assert answer.status == 200, f"{answer.status} {answer.text[:600]}"
        for check in self.checks:
            check(scene, answer)
        return answer

    def refused(self, status: int, code: str | None, fragment: str = "") -> Ask:
        return replace(self, refusal=(status, code, fragment))

    def check(self, check: Check) -> Ask:
        return replace(self, checks=(*self.checks, check))

    def gives(self, path: str, wanted: Any) -> Ask:
        """At this path of the answer, as `run.info.run_id`, is what is wanted, or what a function finds right."""

        def check(scene: Scene, answer: Answer) -> None:
            found = at(answer.json(), path)
            if callable(wanted):
                fits = wanted(found)
            else:
                fits = found == scene.fill(wanted) and type(found) is type(wanted)
            assert fits, f"{path} is {str(found)[:600]}"

        return self.check(check)

    def lacks(self, path: str) -> Ask:
        whole, _, last = path.rpartition(".")

        def check(scene: Scene, answer: Answer) -> None:
            assert last not in at(answer.json(), whole), answer.text[:600]

        return self.check(check)

    def is_all(self, wanted: Any) -> Ask:
        """This is the whole answer."""
        return self.gives("", wanted)

    def keep(self, name: str, path: str) -> Ask:
        return self.check(lambda scene, answer: scene.known.update({name: at(answer.json(), path)}))

    def raw(self, says: Callable[[Answer], object]) -> Ask:
        """What is said of the bare answer, whatever its status."""

        def check(scene: Scene, answer: Answer) -> None:
            assert says(answer), f"{answer.status} {answer.headers} {answer.text[:600]}"

        return replace(self, any_status=True).check(check)


def at(body: Any, path: str) -> Any:
    """`a.b.0.c`; `*` stands for every item of a list; `a{}` for a list of keys and values, as a dict."""
    for n, step in enumerate(steps := path.split(".") if path else []):
        if step == "*":
            return [at(item, ".".join(steps[n + 1 :])) for item in body]
        if step.endswith("{}"):
            body = {item["key"]: item["value"] for item in body.get(step[:-2], [])}
        elif step.isdigit():
            body = body[int(step)]
        elif steps[n + 1 : n + 2] == ["*"]:
            body = body.get(step, [])  # what is empty is left out
        else:
            body = body[step]
    return body


def get(route: str, **query: Any) -> Ask:
    return Ask("GET", route, query)


def post(route: str, body: Any = None, /, **fields: Any) -> Ask:
    return Ask("POST", route, fields if body is None else body)


def patch(route: str, **fields: Any) -> Ask:
    return Ask("PATCH", route, fields)


def delete(route: str, **fields: Any) -> Ask:
    return Ask("DELETE", route, fields)


def put(path: str, body: bytes = b"x") -> Ask:
    return Ask("PUT", f"{ARTIFACTS}/{path}", body, {"Content-Type": "application/octet-stream"})


def fetch(path: str) -> Ask:
    return Ask("GET", f"{ARTIFACTS}/{path}", None, {})


# --- short names for what many rows ask ---

run = get("runs/get", run_id="{run}")
experiment = get("experiments/get", experiment_id="{exp}")
registered = get("registered-models/get", name="{model}")
history = get("metrics/get-history", run_id="{run}", metric_key="m")


def metric(value: Any = 1, timestamp: Any = NOW, step: Any = 0, key: str = "m", **more: Any) -> dict:
    return {"key": key, "value": value, "timestamp": timestamp, "step": step, **more}


def log_metric(*given: Any, **more: Any) -> Ask:
    return post("runs/log-metric", run_id="{run}", **metric(*given, **more))


def batch(metrics: Any = (), params: Any = (), tags: Any = (), run_id: str = "{run}") -> Ask:
    def pairs(given: Any) -> list:
        return [{"key": k, "value": v} for k, v in given.items()] if isinstance(given, dict) else list(given)

    return post("runs/log-batch", run_id=run_id, metrics=list(metrics), params=pairs(params), tags=pairs(tags))


def set_tag(key: str, value: str, run_id: str = "{run}") -> Ask:
    return post("runs/set-tag", run_id=run_id, key=key, value=value)


def experiment_tag(key: str, value: str, experiment_id: str = "{exp}") -> Ask:
    return post("experiments/set-experiment-tag", experiment_id=experiment_id, key=key, value=value)


def new_version(source: str = OPAQUE, **more: Any) -> Ask:
    return post("model-versions/create", name="{model}", source=source, **more)


def dataset(name: str = "d", digest: str = "1", source: str = "{}", **more: str) -> dict:
    return {"dataset": {"name": name, "digest": digest, "source_type": "local", "source": source, **more}}


def log_inputs(*datasets: dict, **more: Any) -> Ask:
    return post("runs/log-inputs", run_id="{run}", datasets=list(datasets), **more)
