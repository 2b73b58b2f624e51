"""Requests as clients send them: one function for each endpoint of the map."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from side_by_side.world import SYMBOL, Request, Thing, World

Maker = Callable[[World], Request]
ENDPOINTS: dict[str, tuple[int, Maker]] = {}

BASES = ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow"]
BASE_WEIGHTS = [4, 1]
KEYS = ["loss", "accuracy", "val/loss", "lr", "größe", "a b", "x.y-z", "epoch_time", "system/cpu", "k:1"]
VALUES = ["1", "0.1", "adam", "über", "", "None", "a'b", 'say "hi"', "x" * 300, "line\nbreak", "100%", "under_score"]
STAGES = ["None", "Staging", "Production", "Archived"]
MODELS = [f"model-{n}" for n in range(25)] + ["Über Modell", "with space", "a.b_c-d"]
ALIASES = ["champion", "challenger", "Prod", "a-b", "x_1"]
PATHS = ["a.txt", "dir/b.txt", "dir/sub/c.bin", "über/ü.txt", "img+step+0.png", "with space.txt", "model/MLmodel"]


def endpoint(name: str, times: int = 60) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        ENDPOINTS[name] = (times, maker)
        return maker

    return register


def base(w: World) -> str:
    return w.rnd.choices(BASES, BASE_WEIGHTS)[0]


def post(w: World, name: str, body: dict, method: str = "POST", **more: object) -> Request:
    return Request(name, method, f"{base(w)}/{name}", body=body, **more)


def get(w: World, name: str, /, **query: object) -> Request:
    pairs = []
    for key, value in query.items():
        if value is not None:
            pairs.extend([(key, v) for v in value] if isinstance(value, list) else [(key, value)])
    return Request(name, "GET", f"{base(w)}/{name}", query=pairs, content_type=None)


def maybe(w: World, chance: float, value: object) -> object:
    return value if w.rnd.random() < chance else None


def given(**fields: object) -> dict:
    """Only what is there."""
    return {k: v for k, v in fields.items() if v is not None}


def experiment(w: World) -> Thing:
    return w.any("experiment") or Thing("⟦experiment#0⟧")


def run(w: World) -> Thing:
    return w.any("run") or Thing("⟦run#0⟧")


def logged(w: World) -> Thing:
    return w.any("model") or Thing("⟦model#0⟧")


def living_model(w: World) -> Thing:
    """MLflow tells of one that is gone by 500, or by its database's words."""
    return w.any("model", alive=0.99) or Thing("⟦model#0⟧")


def registered(w: World) -> str:
    made = list(w.models)
    return w.rnd.choice(made) if made and w.rnd.random() < 0.93 else w.rnd.choice(MODELS)


def version(w: World, name: str) -> str:
    return str(w.rnd.randint(1, max(1, w.models.get(name, 1))))


def tag(w: World) -> dict:
    return {"key": w.rnd.choice(["team", "stage", "größe", "a b", "x.y", "notes/1"]), "value": w.rnd.choice(VALUES)}


def tags(w: World, most: int = 3) -> list[dict]:
    made = {t["key"]: t for t in (tag(w) for _ in range(w.rnd.randint(0, most)))}
    return list(made.values())


def number(w: World) -> object:
    rnd = w.rnd
    return rnd.choice(
        [
            rnd.random(), rnd.randint(-5, 5), float(rnd.randint(0, 3)), rnd.uniform(-1e9, 1e9), 5e-324, 1.7e308, -0.0,
            "NaN", "Infinity", "-Infinity", rnd.gauss(0, 1), rnd.random(), rnd.random(), rnd.random(),
        ]
    )  # fmt: skip


def metric(w: World, of: Thing) -> dict:
    key = w.rnd.choice(KEYS)
    w.metric_keys.setdefault(of.symbol, set()).add(key)
    return {
        "key": key,
        "value": number(w),
        "timestamp": 1_700_000_000_000 + w.rnd.randint(0, 20),
        "step": w.rnd.choice([0, 0, 1, 2, 3, 10, -1, 999_999, 1_000_005, 2**40]),
    }


def known_key(w: World, of: Thing) -> str:
    known = sorted(w.metric_keys.get(of.symbol, ()))
    return w.rnd.choice(known) if known and w.rnd.random() < 0.9 else w.rnd.choice(KEYS)


# --- experiments ---


@endpoint("experiments/create", 80)
def _(w: World) -> Request:
    n = w.number("name")
    thing = w.add("experiment")
    # No digits by themselves: those could be an id of another experiment, which is told by its symbol.
    thing.names["name"] = f"experiment e{n}"
    body = given(
        name=f"experiment e{n}",
        artifact_location=maybe(w, 0.03, w.rnd.choice(["s3://bucket/p", "s3://b/p?x=1", "gs://b/p"])),
        tags=maybe(w, 0.4, tags(w)),
    )
    return post(w, "experiments/create", body, makes={thing.symbol: ("experiment_id",)})


@endpoint("experiments/get-by-name")
def _(w: World) -> Request:
    return get(w, "experiments/get-by-name", experiment_name=experiment(w).names.get("name", "Default"))


@endpoint("experiments/get")
def _(w: World) -> Request:
    return get(w, "experiments/get", experiment_id=experiment(w).symbol)


@endpoint("experiments/search", 120)
def _(w: World) -> Request:
    r = w.rnd
    filters = [
        "name LIKE 'experiment%'", "name ILIKE '%EXPERIMENT E1%'", "name = 'experiment e3'", "name != 'Default'",
        "tags.team = 'adam'", "tags.`a b` != '1'", "tags.team LIKE '%a%'", "creation_time > 5", "tags.team IS NULL",
        "last_update_time >= 0 AND name LIKE '%1%'", "tags.\"x.y\" = '1'", "tags.stage IS NOT NULL", "name LIKE 'E%'",
        "attribute.name = 'Default'", "creation_time < 10",
    ]  # fmt: skip
    orders = ["name", "name DESC", "experiment_id ASC", "creation_time DESC", "last_update_time ASC", "attribute.name"]
    fields = given(
        max_results=r.choice([1, 2, 5, 100, 1000]),
        filter=maybe(w, 0.6, r.choice(filters)),
        order_by=maybe(w, 0.4, [r.choice(orders)]),
        view_type=maybe(w, 0.4, r.choice(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"])),
    )
    if r.random() < 0.3:
        return get(w, "experiments/search", **fields)
    return post(w, "experiments/search", fields)


@endpoint("experiments/delete")
def _(w: World) -> Request:
    thing = experiment(w)
    return post(w, "experiments/delete", {"experiment_id": thing.symbol}, after=[(thing, True)])


@endpoint("experiments/restore")
def _(w: World) -> Request:
    dead = [t for t in w.things.get("experiment", []) if t.deleted]
    thing = w.rnd.choice(dead) if dead and w.rnd.random() < 0.9 else experiment(w)
    return post(w, "experiments/restore", {"experiment_id": thing.symbol}, after=[(thing, False)])


@endpoint("experiments/update")
def _(w: World) -> Request:
    thing = experiment(w)
    name = f"renamed e{w.number('name')}"
    thing.names["name"] = name
    return post(w, "experiments/update", {"experiment_id": thing.symbol, "new_name": name})


@endpoint("experiments/set-experiment-tag")
def _(w: World) -> Request:
    return post(w, "experiments/set-experiment-tag", {"experiment_id": experiment(w).symbol, **tag(w)})


@endpoint("experiments/delete-experiment-tag")
def _(w: World) -> Request:
    body = {"experiment_id": experiment(w).symbol, "key": tag(w)["key"]}
    return post(w, "experiments/delete-experiment-tag", body)


# --- runs ---


@endpoint("runs/create", 200)
def _(w: World) -> Request:
    of = experiment(w)
    thing = w.add("run", of)
    body = given(
        experiment_id=of.symbol,
        user_id=maybe(w, 0.4, "ann"),
        run_name=maybe(w, 0.6, f"run {w.number('run name')}"),
        # One of its own each: order then does not hang on ids.
        start_time=1_690_000_000_000 + 1000 * w.number("start"),
        tags=maybe(w, 0.5, tags(w)),
    )
    return post(w, "runs/create", body, makes={thing.symbol: ("run", "info", "run_id")})


@endpoint("runs/get", 150)
def _(w: World) -> Request:
    symbol = run(w).symbol
    both = w.rnd.random()
    return get(
        w, "runs/get", run_id=symbol if both < 0.95 else None, run_uuid=symbol if both > 0.5 else None
    )


@endpoint("runs/update")
def _(w: World) -> Request:
    r = w.rnd
    return post(
        w,
        "runs/update",
        given(
            run_id=run(w).symbol,
            status=maybe(w, 0.8, r.choice(["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"])),
            end_time=maybe(w, 0.6, 1_690_000_500_000 + r.randint(0, 1000)),
            run_name=maybe(w, 0.3, r.choice(["renamed", "", "über"])),
        ),
    )


RUN_FILTERS = [
    "metrics.loss > 0", "metrics.loss <= 0.5", "metrics.`a b` != 1", "metric.accuracy = 1", "params.p1 = '1'",
    "params.p1 != 'adam'", "params.p2 LIKE '%a%'", "param.p3 ILIKE 'A%'", "tags.team = 'adam'", "tags.team IS NULL",
    "params.p1 IS NOT NULL", "attributes.status = 'FINISHED'", "status != 'RUNNING'", "attributes.run_name LIKE 'run %'",
    "run_name = 'renamed'", "attributes.start_time > 1690000010000", "end_time > 0", "user_id = 'ann'",
    "tags.`mlflow.runName` LIKE 'run 1%'", "metrics.loss > 0 AND params.p1 = '1'", "metrics.\"val/loss\" >= -1000",
    "start_time < 1690000050000 AND status = 'RUNNING'", "run.run_name ILIKE 'RUN %'", "metrics.lr < 1e3",
    "datasets.name = 'data-1'", "dataset.digest LIKE 'd%'", "datasets.context = 'training'", "params.p1 IN ('1', 'adam')",
    "attributes.run_id IN ('abc', 'def')", "created > 0", "tags.`a b` != 'x'", "tags.team ILIKE 'A%'",
]  # fmt: skip
# Not by name: a run that is given none has one by chance. Nor by what holds an id.
RUN_ORDERS = [
    "metrics.loss", "metrics.loss DESC", "metrics.accuracy ASC", "params.p1", "params.p1 DESC", "tags.team DESC",
    "start_time ASC", "attributes.start_time DESC", "end_time", "status", "user_id",
    "metrics.`a b` DESC", "created ASC",
]  # fmt: skip


@endpoint("runs/search", 300)
def _(w: World) -> Request:
    r = w.rnd
    ids = [experiment(w).symbol for _ in range(r.randint(1, 4))]
    return post(
        w,
        "runs/search",
        given(
            experiment_ids=ids,
            filter=maybe(w, 0.75, r.choice(RUN_FILTERS)),
            run_view_type=maybe(w, 0.4, r.choice(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"])),
            max_results=maybe(w, 0.7, r.choice([1, 2, 3, 10, 50, 1000])),
            order_by=maybe(w, 0.5, [r.choice(RUN_ORDERS)]),
        ),
    )


def param(w: World) -> dict:
    return {"key": w.rnd.choice(["p1", "p2", "p3", "größe", "a/b"]), "value": w.rnd.choice(VALUES)}


@endpoint("runs/log-batch", 300)
def _(w: World) -> Request:
    of = run(w)
    params = {p["key"]: p for p in (param(w) for _ in range(w.rnd.choice([0, 0, 1])))}
    body = given(
        run_id=of.symbol,
        metrics=maybe(w, 0.8, [metric(w, of) for _ in range(w.rnd.randint(0, 12))]),
        params=maybe(w, 0.5, list(params.values())),
        tags=maybe(w, 0.4, tags(w)),
    )
    return post(w, "runs/log-batch", body)


@endpoint("runs/log-metric", 150)
def _(w: World) -> Request:
    of = run(w)
    body = {"run_id": of.symbol, **metric(w, of)}
    if w.rnd.random() < 0.3:
        del body["step"]
    if w.rnd.random() < 0.15 and w.any("model"):
        body["model_id"] = living_model(w).symbol
        if w.rnd.random() < 0.5:
            body |= {"dataset_name": "data-1", "dataset_digest": "d1"}
    return post(w, "runs/log-metric", body)


@endpoint("runs/log-parameter", 80)
def _(w: World) -> Request:
    return post(w, "runs/log-parameter", {"run_id": run(w).symbol, **param(w)})


@endpoint("runs/set-tag", 80)
def _(w: World) -> Request:
    return post(w, "runs/set-tag", {"run_id": run(w).symbol, **tag(w)})


@endpoint("runs/delete-tag")
def _(w: World) -> Request:
    return post(w, "runs/delete-tag", {"run_id": run(w).symbol, "key": tag(w)["key"]})


@endpoint("runs/delete", 50)
def _(w: World) -> Request:
    thing = run(w)
    return post(w, "runs/delete", {"run_id": thing.symbol}, after=[(thing, True)])


@endpoint("runs/restore", 50)
def _(w: World) -> Request:
    dead = [t for t in w.things.get("run", []) if t.deleted]
    thing = w.rnd.choice(dead) if dead and w.rnd.random() < 0.9 else run(w)
    return post(w, "runs/restore", {"run_id": thing.symbol}, after=[(thing, False)])


@endpoint("runs/log-inputs", 80)
def _(w: World) -> Request:
    r = w.rnd
    n = r.randint(1, 6)
    dataset = given(
        name=f"data-{n}",
        digest=f"d{n}",
        source_type="local",
        source=json.dumps({"uri": f"file-{n}"}),
        schema=maybe(w, 0.5, json.dumps({"mlflow_colspec": []})),
        profile=maybe(w, 0.5, json.dumps({"num_rows": n})),
    )
    chosen = {"tags": [{"key": "mlflow.data.context", "value": r.choice(["training", "eval"])}], "dataset": dataset}
    body = given(
        run_id=run(w).symbol,
        datasets=[chosen],
        models=maybe(w, 0.2, [{"model_id": logged(w).symbol}]) if w.any("model") else None,
    )
    return post(w, "runs/log-inputs", body)


@endpoint("runs/outputs")
def _(w: World) -> Request:
    body = {"run_id": run(w).symbol, "models": [{"model_id": logged(w).symbol, "step": w.rnd.randint(0, 3)}]}
    return post(w, "runs/outputs", body)


@endpoint("runs/log-model")
def _(w: World) -> Request:
    of = run(w)
    model = {
        "run_id": of.symbol,
        "artifact_path": w.rnd.choice(["model", "other"]),
        # One of its own each: here the same said again is a repeated request, and changes nothing.
        "utc_time_created": f"2026-01-01 00:00:00.{w.number('made'):06}",
        "flavors": {"python_function": {"loader_module": "x"}},
    }
    return post(w, "runs/log-model", {"run_id": of.symbol, "model_json": json.dumps(model)})


@endpoint("metrics/get-history", 150)
def _(w: World) -> Request:
    of = run(w)
    return get(
        w,
        "metrics/get-history",
        run_id=of.symbol,
        metric_key=known_key(w, of),
        max_results=maybe(w, 0.4, w.rnd.choice([1, 2, 5, 100, 25000])),
    )


@endpoint("metrics/get-history-bulk")
def _(w: World) -> Request:
    of = run(w)
    # Where not all are shown, which are hangs on the order of ids, which chance made.
    few = w.rnd.random() < 0.3
    request = get(
        w,
        "metrics/get-history-bulk",
        run_id=list({of.symbol: 0, **({} if few else {run(w).symbol: 0, run(w).symbol: 0})}),
        metric_key=known_key(w, of),
        max_results=w.rnd.choice([1, 5, 100, 25000]) if few else None,
    )
    request.path = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    return request


@endpoint("metrics/get-history-bulk-interval", 80)
def _(w: World) -> Request:
    of = run(w)
    steps = w.rnd.random() < 0.3
    return get(
        w,
        "metrics/get-history-bulk-interval",
        run_ids=list({of.symbol: 0, run(w).symbol: 0}),
        metric_key=known_key(w, of),
        max_results=maybe(w, 0.7, w.rnd.choice([1, 2, 3, 7, 100, 2500])),
        start_step=w.rnd.choice([-1, 0, 1]) if steps else None,
        end_step=w.rnd.choice([1, 3, 10, 2**41]) if steps else None,
    )


# --- logged models ---


@endpoint("logged-models create", 90)
def _(w: World) -> Request:
    of = experiment(w)
    thing = w.add("model", of)
    request = post(
        w,
        "logged-models",
        given(
            experiment_id=of.symbol,
            name=maybe(w, 0.8, f"logged-{w.number('logged') % 40}"),
            model_type=maybe(w, 0.5, w.rnd.choice(["agent", "sklearn"])),
            source_run_id=maybe(w, 0.6, run(w).symbol) if w.any("run") else None,
            params=maybe(w, 0.5, list({p["key"]: p for p in (param(w), param(w))}.values())),
            tags=maybe(w, 0.5, tags(w)),
        ),
        makes={thing.symbol: ("model", "info", "model_id")},
    )
    request.endpoint = "logged-models create"
    return request


def on_model(w: World, name: str, method: str, tail: str, body: dict | None = None, thing: Thing | None = None) -> Request:
    thing = thing or logged(w)
    return Request(
        name,
        method,
        f"{base(w)}/logged-models/{thing.symbol}{tail}",
        body=body,
        content_type="application/json" if body is not None else None,
    )


@endpoint("logged-models finalize")
def _(w: World) -> Request:
    thing = logged(w)
    body = {"model_id": thing.symbol, "status": w.rnd.choice(["LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"])}
    return on_model(w, "logged-models finalize", "PATCH", "", body, thing)


@endpoint("logged-models get", 80)
def _(w: World) -> Request:
    return on_model(w, "logged-models get", "GET", "")


@endpoint("logged-models search", 150)
def _(w: World) -> Request:
    r = w.rnd
    filters = [
        "name = 'logged-1'", "name LIKE 'logged%'", "model_type = 'sklearn'", "attributes.status = 'READY'",
        "params.p1 = '1'", "tags.team = 'adam'", "metrics.loss > 0", "attributes.name != 'logged-2'",
        "creation_timestamp > 5", "metrics.accuracy <= 1 AND name LIKE 'l%'", "source_run_id = 'none'",
        "name ILIKE 'LOGGED%'", "params.p1 != '1'", "attributes.model_id = 'none'",
    ]  # fmt: skip
    # Not by name: a model that is given none has one by chance.
    orders = [
        {"field_name": "creation_timestamp"}, {"field_name": "attributes.creation_timestamp", "ascending": False},
        {"field_name": "metrics.loss", "ascending": True}, {"field_name": "model_type", "ascending": False},
        {"field_name": "metrics.loss", "dataset_name": "data-1", "dataset_digest": "d1"},
    ]  # fmt: skip
    request = post(
        w,
        "logged-models/search",
        given(
            experiment_ids=[experiment(w).symbol for _ in range(r.randint(1, 4))],
            filter=maybe(w, 0.6, r.choice(filters)),
            max_results=maybe(w, 0.6, r.choice([1, 2, 10, 50])),
            order_by=maybe(w, 0.4, [r.choice(orders)]),
            datasets=maybe(w, 0.15, [{"dataset_name": "data-1", "dataset_digest": "d1"}]),
        ),
    )
    request.endpoint = "logged-models search"
    return request


@endpoint("logged-models set tags")
def _(w: World) -> Request:
    return on_model(w, "logged-models set tags", "PATCH", "/tags", {"tags": tags(w) or [tag(w)]})


@endpoint("logged-models delete tag")
def _(w: World) -> Request:
    return on_model(w, "logged-models delete tag", "DELETE", f"/tags/{w.rnd.choice(['team', 'stage', 'x.y'])}")


@endpoint("logged-models params")
def _(w: World) -> Request:
    body = {"params": [{"key": f"late-{w.number('late')}", "value": w.rnd.choice(VALUES)}]}
    return on_model(w, "logged-models params", "POST", "/params", body)


@endpoint("logged-models delete", 50)
def _(w: World) -> Request:
    thing = logged(w)
    request = on_model(w, "logged-models delete", "DELETE", "", None, thing)
    request.after = [(thing, True)]
    return request


@endpoint("logged-models artifacts", 50)
def _(w: World) -> Request:
    request = on_model(w, "logged-models artifacts", "GET", "/artifacts/directories")
    if w.rnd.random() < 0.5:
        request.query = [("artifact_directory_path", w.rnd.choice(["a", "dir/sub"]))]
    return request


# --- registry ---


@endpoint("registered-models/create", 80)
def _(w: World) -> Request:
    name = w.rnd.choice(MODELS)
    w.models.setdefault(name, 0)
    body = given(name=name, tags=maybe(w, 0.4, tags(w)), description=maybe(w, 0.3, w.rnd.choice(VALUES)))
    return post(w, "registered-models/create", body)


@endpoint("registered-models/get", 80)
def _(w: World) -> Request:
    return get(w, "registered-models/get", name=registered(w))


@endpoint("registered-models/search", 100)
def _(w: World) -> Request:
    r = w.rnd
    filters = [
        "name = 'model-1'", "name LIKE 'model%'", "name ILIKE '%MODEL-1%'", "tags.team = 'adam'", "name != 'model-2'",
        "tags.`a b` = '1'", "name LIKE 'model-1%' AND tags.team = '1'", "tags.`mlflow.prompt.is_prompt` = 'true'",
    ]  # fmt: skip
    return get(
        w,
        "registered-models/search",
        max_results=maybe(w, 0.6, r.choice([1, 2, 10, 100, 1000])),
        filter=maybe(w, 0.6, r.choice(filters)),
        order_by=maybe(w, 0.4, [r.choice(["name", "name DESC", "last_updated_timestamp ASC", "timestamp DESC"])]),
    )


@endpoint("registered-models/update")
def _(w: World) -> Request:
    body = given(name=registered(w), description=w.rnd.choice(VALUES))
    return post(w, "registered-models/update", body, method="PATCH")


@endpoint("registered-models/rename", 50)
def _(w: World) -> Request:
    old, new = registered(w), w.rnd.choice(MODELS)
    if old in w.models and new not in w.models:
        w.models[new] = w.models.pop(old)
    return post(w, "registered-models/rename", {"name": old, "new_name": new})


@endpoint("registered-models/delete", 50)
def _(w: World) -> Request:
    name = registered(w)
    if w.rnd.random() < 0.7:  # mostly one that is gone already, or the registry would stay empty
        name = w.rnd.choice(MODELS[-3:])
    w.models.pop(name, None)
    return post(w, "registered-models/delete", {"name": name}, method="DELETE")


@endpoint("registered-models/get-latest-versions")
def _(w: World) -> Request:
    name, stages = registered(w), maybe(w, 0.4, [w.rnd.choice(STAGES)])
    if w.rnd.random() < 0.5:
        return get(w, "registered-models/get-latest-versions", name=name, stages=stages)
    return post(w, "registered-models/get-latest-versions", given(name=name, stages=stages))


@endpoint("registered-models/set-tag")
def _(w: World) -> Request:
    return post(w, "registered-models/set-tag", {"name": registered(w), **tag(w)})


@endpoint("registered-models/delete-tag")
def _(w: World) -> Request:
    return post(w, "registered-models/delete-tag", {"name": registered(w), "key": tag(w)["key"]}, method="DELETE")


@endpoint("registered-models/alias set")
def _(w: World) -> Request:
    name = registered(w)
    body = {"name": name, "alias": w.rnd.choice(ALIASES), "version": version(w, name)}
    request = post(w, "registered-models/alias", body)
    request.endpoint = "registered-models/alias set"
    return request


@endpoint("registered-models/alias get")
def _(w: World) -> Request:
    request = get(w, "registered-models/alias", name=registered(w), alias=w.rnd.choice(ALIASES))
    request.endpoint = "registered-models/alias get"
    return request


@endpoint("registered-models/alias delete")
def _(w: World) -> Request:
    request = post(w, "registered-models/alias", {"name": registered(w), "alias": w.rnd.choice(ALIASES)}, "DELETE")
    request.endpoint = "registered-models/alias delete"
    return request


@endpoint("model-versions/create", 150)
def _(w: World) -> Request:
    r = w.rnd
    name = registered(w)
    of, model = run(w), living_model(w)
    source, run_id, model_id = r.choice(
        [
            ("s3://bucket/model", None, None), ("s3://bucket/model", of.symbol, None),
            (f"runs:/{of.symbol}/model", of.symbol, None), (f"models:/{model.symbol}", None, model.symbol),
            (f"models:/{model.symbol}", None, None), ("dummy-source", None, None), ("gs://b/x", None, None),
            ("mlflow-artifacts:/0/nowhere", None, None), ("/local/path", None, None), ("s3://b/../c", None, None),
        ]
    )  # fmt: skip
    if name in w.models:
        w.models[name] += 1
    body = given(
        name=name, source=source, run_id=run_id, model_id=model_id, tags=maybe(w, 0.3, tags(w)),
        description=maybe(w, 0.3, "what it is"), run_link=maybe(w, 0.1, "http://example.org/run"),
    )  # fmt: skip
    return post(w, "model-versions/create", body)


def on_version(w: World, **more: object) -> dict:
    name = registered(w)
    return {"name": name, "version": version(w, name), **more}


@endpoint("model-versions/get", 80)
def _(w: World) -> Request:
    return get(w, "model-versions/get", **on_version(w))


@endpoint("model-versions/get-download-uri")
def _(w: World) -> Request:
    return get(w, "model-versions/get-download-uri", **on_version(w))


@endpoint("model-versions/search", 120)
def _(w: World) -> Request:
    r = w.rnd
    filters = [
        "name = 'model-1'", "name LIKE 'model%'", f"run_id = '{run(w).symbol}'", "source_path = 's3://bucket/model'",
        "tags.team = 'adam'", "version_number > 1", "name = 'model-2' AND version_number = 1", "name ILIKE 'MODEL-3%'",
        "tags.`a b` = '1'",
    ]  # fmt: skip
    orders = ["name", "version_number DESC", "creation_timestamp ASC", "last_updated_timestamp DESC", "name DESC"]
    return get(
        w,
        "model-versions/search",
        max_results=maybe(w, 0.6, r.choice([1, 2, 10, 100])),
        filter=maybe(w, 0.7, r.choice(filters)),
        order_by=maybe(w, 0.3, [r.choice(orders)]),
    )


@endpoint("model-versions/update")
def _(w: World) -> Request:
    return post(w, "model-versions/update", on_version(w, description=w.rnd.choice(VALUES)), method="PATCH")


@endpoint("model-versions/delete", 50)
def _(w: World) -> Request:
    return post(w, "model-versions/delete", on_version(w), method="DELETE")


@endpoint("model-versions/transition-stage")
def _(w: World) -> Request:
    stage = w.rnd.choice(STAGES)
    archive = w.rnd.random() < 0.4 and stage in ("Staging", "Production")
    return post(w, "model-versions/transition-stage", on_version(w, stage=stage, archive_existing_versions=archive))


@endpoint("model-versions/set-tag")
def _(w: World) -> Request:
    return post(w, "model-versions/set-tag", on_version(w, **tag(w)))


@endpoint("model-versions/delete-tag")
def _(w: World) -> Request:
    return post(w, "model-versions/delete-tag", on_version(w, key=tag(w)["key"]), method="DELETE")


# --- artifacts and the server ---


def proxied(w: World, name: str, method: str, path: str, **more: object) -> Request:
    prefix = w.rnd.choice(["/api/2.0", "/api/2.0", "/ajax-api/2.0"])
    return Request(name, method, f"{prefix}/mlflow-artifacts/{path}", **more)


def place(w: World) -> tuple[Thing, str]:
    of = run(w)
    return of, f"{(of.parent or Thing('⟦experiment#0⟧')).symbol}/{of.symbol}/artifacts"


def escaped(path: str) -> str:
    parts = re.split(f"({SYMBOL.pattern})", path)
    return "".join(part if SYMBOL.match(part) else quote(part, safe="/+") for part in parts)


@endpoint("mlflow-artifacts put", 90)
def _(w: World) -> Request:
    of, root = place(w)
    path = w.rnd.choice(PATHS)
    w.files.append((of, f"{root}/{path}"))
    body = w.rnd.randbytes(w.rnd.choice([0, 1, 20, 3000]))
    where = escaped(f"artifacts/{root}/{path}")
    return proxied(w, "mlflow-artifacts put", "PUT", where, body=body, content_type="application/octet-stream")


def some_file(w: World) -> str:
    if w.files and w.rnd.random() < 0.9:
        return w.rnd.choice(w.files)[1]
    return f"{place(w)[1]}/{w.rnd.choice(PATHS)}"


@endpoint("mlflow-artifacts get", 70)
def _(w: World) -> Request:
    return proxied(w, "mlflow-artifacts get", "GET", escaped(f"artifacts/{some_file(w)}"), content_type=None)


@endpoint("mlflow-artifacts list", 70)
def _(w: World) -> Request:
    where = w.rnd.choice([place(w)[1], some_file(w).rsplit("/", 1)[0]])
    return proxied(w, "mlflow-artifacts list", "GET", "artifacts", query=[("path", where)], content_type=None)


@endpoint("mlflow-artifacts delete", 50)
def _(w: World) -> Request:
    return proxied(w, "mlflow-artifacts delete", "DELETE", escaped(f"artifacts/{some_file(w)}"), content_type=None)


@endpoint("mlflow-artifacts mpu", 50)
def _(w: World) -> Request:
    step = w.rnd.choice(["create", "complete", "abort"])
    body = {"path": "big.bin", "num_parts": 2}
    if step != "create":
        body = {"path": "big.bin", "upload_id": "none", **({"parts": []} if step == "complete" else {})}
    return proxied(w, "mlflow-artifacts mpu", "POST", escaped(f"mpu/{step}/{place(w)[1]}"), body=body)


@endpoint("mlflow-artifacts presigned", 50)
def _(w: World) -> Request:
    return proxied(w, "mlflow-artifacts presigned", "GET", escaped(f"presigned/{some_file(w)}"), content_type=None)


@endpoint("artifacts/list", 80)
def _(w: World) -> Request:
    of = run(w)
    return get(w, "artifacts/list", run_id=of.symbol, path=maybe(w, 0.4, w.rnd.choice(["dir", "dir/sub", "none", "a.txt"])))


@endpoint("artifacts/presigned-upload-url", 50)
def _(w: World) -> Request:
    body = given(run_id=run(w).symbol, path=w.rnd.choice(PATHS), expiration=maybe(w, 0.5, 60))
    return post(w, "artifacts/presigned-upload-url", body)


@endpoint("artifacts/presigned-download-url", 50)
def _(w: World) -> Request:
    body = given(run_id=run(w).symbol, path=w.rnd.choice(PATHS), expiration=maybe(w, 0.5, 60))
    return post(w, "artifacts/presigned-download-url", body)


@endpoint("server-info", 50)
def _(w: World) -> Request:
    return Request("server-info", "GET", f"/{w.rnd.choice(['api', 'ajax-api'])}/3.0/mlflow/server-info", content_type=None)


@endpoint("version and health", 50)
def _(w: World) -> Request:
    return Request("version and health", "GET", w.rnd.choice(["/version", "/health"]), content_type=None)
