"""Experiments: what is written is read back, by id, by name and by search."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import mlflow
import pytest
from mlflow.entities import ViewType
from wire import Wire


def get(wire: Wire, experiment_id: str) -> dict:
    return wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]


def tags_of(experiment: dict) -> dict:
    return {tag["key"]: tag["value"] for tag in experiment.get("tags", [])}


def test_create_then_get_gives_every_field(wire, unique):
    before = int(time.time() * 1000)
    made = wire.post(
        "experiments/create",
        {"name": unique, "tags": [{"key": "team", "value": "vision"}, {"key": "leer", "value": ""}]},
    ).ok()
    assert list(made) == ["experiment_id"] and isinstance(made["experiment_id"], str)

    found = get(wire, made["experiment_id"])

    assert found.pop("creation_time") == found.pop("last_update_time") >= before
    assert sorted(found.pop("tags"), key=lambda tag: tag["key"]) == [
        {"key": "leer", "value": ""},
        {"key": "team", "value": "vision"},
    ]
    assert found == {
        "experiment_id": made["experiment_id"],
        "name": unique,
        "artifact_location": f"mlflow-artifacts:/{made['experiment_id']}",
        "lifecycle_stage": "active",
        "workspace": "default",
    }


def test_experiment_without_tags_has_no_tags_key(wire, experiment_id):
    assert "tags" not in get(wire, experiment_id)


def test_get_by_name_gives_the_same(wire, experiment_id):
    found = get(wire, experiment_id)
    assert wire.get("experiments/get-by-name", experiment_name=found["name"]).ok()["experiment"] == found


@pytest.mark.parametrize("name", ["  spaces  ", "日本 🚀 ünï", "a/b:c.d-e_f", "%41+%20", "x" * 450])
def test_name_is_kept_as_it_is(wire, unique, name):
    name = f"{name}{unique}"
    experiment_id = wire.post("experiments/create", {"name": name}).ok()["experiment_id"]
    assert get(wire, experiment_id)["name"] == name
    assert wire.get("experiments/get-by-name", experiment_name=name).ok()["experiment"]["name"] == name


def test_name_of_500_characters_is_taken(wire, unique):
    assert wire.post("experiments/create", {"name": unique + "n" * (500 - len(unique))}).ok()["experiment_id"]


def test_names_differing_in_case_are_two_experiments(wire, unique):
    first = wire.post("experiments/create", {"name": f"case-{unique}"}).ok()["experiment_id"]
    second = wire.post("experiments/create", {"name": f"CASE-{unique}"}).ok()["experiment_id"]
    assert first != second


def test_artifact_location_given_is_kept(wire, unique):
    body = {"name": unique, "artifact_location": "s3://bucket/some/where"}
    experiment_id = wire.post("experiments/create", body).ok()["experiment_id"]
    assert get(wire, experiment_id)["artifact_location"] == "s3://bucket/some/where"


def test_default_experiment_is_there_from_the_start(wire, client):
    found = get(wire, "0")
    assert (found["name"], found["lifecycle_stage"]) == ("Default", "active")
    assert found["artifact_location"] == "mlflow-artifacts:/0"
    assert client.get_experiment_by_name("Default").experiment_id == "0"


def test_rename_changes_name_and_update_time_only(wire, experiment_id, unique):
    before = get(wire, experiment_id)
    assert wire.post("experiments/update", {"experiment_id": experiment_id, "new_name": unique}).ok() == {}
    after = get(wire, experiment_id)
    assert after["name"] == unique
    assert after["last_update_time"] >= before["last_update_time"]
    unchanged = {"name", "last_update_time"}
    assert {k: v for k, v in after.items() if k not in unchanged} == {
        k: v for k, v in before.items() if k not in unchanged
    }
    wire.get("experiments/get-by-name", experiment_name=before["name"]).refused(404, "RESOURCE_DOES_NOT_EXIST")
    assert wire.post("experiments/create", {"name": before["name"]}).ok()["experiment_id"] != experiment_id


def test_deleted_experiment_can_be_read_and_restored(wire, experiment_id):
    name = get(wire, experiment_id)["name"]
    assert wire.post("experiments/delete", {"experiment_id": experiment_id}).ok() == {}
    assert get(wire, experiment_id)["lifecycle_stage"] == "deleted"
    assert wire.get("experiments/get-by-name", experiment_name=name).ok()["experiment"]["lifecycle_stage"] == "deleted"
    assert wire.post("experiments/restore", {"experiment_id": experiment_id}).ok() == {}
    assert get(wire, experiment_id)["lifecycle_stage"] == "active"


def test_deleting_an_experiment_deletes_its_runs_and_restoring_restores_them_all(wire, experiment_id, new_run):
    kept, deleted_before = new_run(experiment_id), new_run(experiment_id)
    wire.post("runs/delete", {"run_id": deleted_before}).ok()

    def stages() -> list[str]:
        found = [wire.get("runs/get", run_id=run).ok()["run"]["info"] for run in (kept, deleted_before)]
        return [info["lifecycle_stage"] for info in found]

    wire.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    assert stages() == ["deleted", "deleted"]
    assert wire.post("runs/search", {"experiment_ids": [experiment_id]}).ok() == {}
    wire.post("experiments/restore", {"experiment_id": experiment_id}).ok()
    assert stages() == ["active", "active"]


def test_tags_are_set_overwritten_and_deleted(wire, experiment_id):
    def set_tag(key: str, **value: str) -> None:
        body = {"experiment_id": experiment_id, "key": key, **value}
        assert wire.post("experiments/set-experiment-tag", body).ok() == {}

    set_tag("k", value="1")
    set_tag("k", value="zwei – 2")
    set_tag("no value")
    set_tag("deep/key:with.parts-_", value="v" * 5000)
    assert tags_of(get(wire, experiment_id)) == {
        "k": "zwei – 2",
        "no value": "",
        "deep/key:with.parts-_": "v" * 5000,
    }
    body = {"experiment_id": experiment_id, "key": "k"}
    assert wire.post("experiments/delete-experiment-tag", body).ok() == {}
    assert "k" not in tags_of(get(wire, experiment_id))
    wire.post("experiments/delete-experiment-tag", body).refused(
        404, "RESOURCE_DOES_NOT_EXIST", f"No tag with name: k in experiment with id {experiment_id}"
    )


def test_every_write_is_seen_by_the_next_read(wire, experiment_id):
    for n in range(30):
        wire.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": "n", "value": str(n)}).ok()
        assert tags_of(get(wire, experiment_id))["n"] == str(n)
        wire.post("experiments/update", {"experiment_id": experiment_id, "new_name": f"{experiment_id}-{n}"}).ok()
        assert get(wire, experiment_id)["name"] == f"{experiment_id}-{n}"


def test_ajax_mirror_answers_the_same(wire, experiment_id):
    query = f"experiments/get?experiment_id={experiment_id}"
    plain, mirror = wire.send("GET", f"/api/2.0/mlflow/{query}"), wire.send("GET", f"/ajax-api/2.0/mlflow/{query}")
    assert plain.ok() == mirror.ok()
    body = {"max_results": 5, "filter": f"experiment_id = '{experiment_id}'"}
    assert len(wire.post("/ajax-api/2.0/mlflow/experiments/search", body).ok()["experiments"]) == 1


def test_client_sees_what_the_wire_says(wire, client, experiment_id):
    wire.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": "k", "value": "v"}).ok()
    raw, seen = get(wire, experiment_id), client.get_experiment(experiment_id)
    assert (seen.name, seen.tags, seen.lifecycle_stage) == (raw["name"], {"k": "v"}, "active")
    assert (seen.creation_time, seen.last_update_time) == (raw["creation_time"], raw["last_update_time"])
    client.rename_experiment(experiment_id, raw["name"] + "x")
    client.delete_experiment_tag(experiment_id, "k")
    client.delete_experiment(experiment_id)
    client.restore_experiment(experiment_id)
    seen = client.get_experiment(experiment_id)
    assert (seen.name, seen.tags, seen.lifecycle_stage) == (raw["name"] + "x", {}, "active")
    assert client.get_experiment_by_name(raw["name"]) is None


def test_set_experiment_from_many_threads_makes_one(client, unique):
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: mlflow.set_experiment(f"race-{unique}").experiment_id, range(8)))
    assert len(ids) == 1


# --- search ---


@pytest.fixture(scope="module")
def family(wire, new_experiment) -> tuple[str, dict[str, str]]:
    """Experiments whose names share a prefix: a, B, c and a deleted d, made in this order."""
    prefix = f"fam{time.time_ns()}"
    ids = {}
    for name, tags in (("a", {"k": "1", "x y": "1"}), ("B", {"k": "2"}), ("c", {}), ("d", {"k": "1"})):
        tags = [{"key": key, "value": value} for key, value in tags.items()]
        ids[name] = new_experiment(name=f"{prefix}-{name}", tags=tags)
        time.sleep(0.003)  # so that creation times differ
    wire.post("experiments/delete", {"experiment_id": ids["d"]}).ok()
    return prefix, ids


def names(wire: Wire, prefix: str, filter_string: str = "", **more: object) -> list[str]:
    both = f"name LIKE '{prefix}-%'" + (f" AND {filter_string}" if filter_string else "")
    found = wire.post("experiments/search", {"max_results": 100, "filter": both, **more}).ok()
    return [experiment["name"].rsplit("-", 1)[1] for experiment in found.get("experiments", [])]


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("", "cBa"),
        ("tags.k = '1'", "a"),
        ("tags.k != '1'", "B"),
        ("tag.`k` = '2'", "B"),
        ('tags."x y" = \'1\'', "a"),
        ("tags.k IS NULL", "c"),
        ("tags.k IS NOT NULL", "Ba"),
        ("tags.k LIKE '%'", "Ba"),
        ("name LIKE '%-b'", ""),
        ("name ILIKE '%-b'", "B"),
        ("attribute.name ILIKE '%-B'", "B"),
        ("creation_time > 0", "cBa"),
        ("last_update_time < 5", ""),
        ("experiment_id = '{a}'", "a"),
        ("experiment_id != '{a}'", "cB"),
        ("experiment_id IN ('{a}', '{c}', '{d}')", "ca"),
        ("experiment_id NOT IN ('{a}', '{c}')", "B"),
        ("name = 'it''s'", ""),
    ],
)
def test_search_by_filter(wire, family, filter_string, expected):
    prefix, ids = family
    assert names(wire, prefix, filter_string.format(**ids)) == list(expected)


@pytest.mark.parametrize(
    ("view", "expected"), [("ACTIVE_ONLY", "cBa"), ("DELETED_ONLY", "d"), ("ALL", "dcBa"), (None, "cBa")]
)
def test_search_by_view_type(wire, family, view, expected):
    assert names(wire, family[0], **({"view_type": view} if view else {})) == list(expected)


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ([], "cBa"),
        (["creation_time ASC"], "aBc"),
        (["creation_time"], "aBc"),
        (["experiment_id DESC"], "cBa"),
        (["name ASC"], "Bac"),
        (["attribute.name DESC"], "caB"),
    ],
)
def test_search_in_order(wire, family, order_by, expected):
    found = names(wire, family[0], order_by=order_by)
    assert sorted(found) == sorted(expected)
    if "name" not in "".join(order_by):  # how letter case sorts is the store's collation
        assert found == list(expected)
    elif "DESC" in order_by[0]:
        assert found.index("c") < found.index("a")
    else:
        assert found.index("a") < found.index("c")


def test_search_by_pages(wire, family):
    prefix = family[0]
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        body = {"max_results": 2, "filter": f"name LIKE '{prefix}-%'", "view_type": "ALL"}
        page = wire.post("experiments/search", {**body, **({"page_token": token} if token else {})}).ok()
        seen += [experiment["name"][-1] for experiment in page["experiments"]]
        token, pages = page.get("next_page_token"), pages + 1
    assert (seen, pages) == (list("dcBa"), 2)


def test_search_by_get_and_post_agree(wire, family):
    query = {"max_results": 3, "filter": f"name LIKE '{family[0]}-%'", "view_type": "ALL"}
    assert wire.get("experiments/search", **query).ok() == wire.post("experiments/search", query).ok()


def test_search_by_client_walks_all_pages(client, family):
    found = client.search_experiments(ViewType.ALL, filter_string=f"name LIKE '{family[0]}-%'", max_results=3)
    assert len(found) == 3 and found.token
    rest = client.search_experiments(
        ViewType.ALL, filter_string=f"name LIKE '{family[0]}-%'", max_results=3, page_token=found.token
    )
    assert len(rest) == 1 and not rest.token
    assert len(mlflow.search_experiments(filter_string=f"name LIKE '{family[0]}-%'")) == 3
