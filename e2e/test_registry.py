"""The model registry: models, versions, stages, aliases, search and prompts, by MLflow's client and by plain HTTP."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from wire import Answer, Wire, path_of

INVALID, ABSENT, EXISTS = "INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"
DOORS = (
    "/api/2.0/mlflow/",
    "/ajax-api/2.0/mlflow/",
    # MLflow serves the registry under 2.0 only.
    pytest.param("/api/3.0/mlflow/", marks=pytest.mark.fourfold_only),
    pytest.param("/ajax-api/3.0/mlflow/", marks=pytest.mark.fourfold_only),
)
OPAQUE = "s3://bucket/model"
PROMPT = {"key": "mlflow.prompt.is_prompt", "value": "true"}


def send(wire: Wire, method: str, route: str, body: object) -> Answer:
    """PATCH and DELETE carry JSON too."""
    return wire.send(method, path_of(route), json.dumps(body), {"Content-Type": "application/json"})


@pytest.fixture(scope="session")
def new_model(wire: Wire) -> Iterator[Callable[..., str]]:
    """Makes registered models, and deletes them when the session ends."""
    made: list[str] = []

    def make(versions: int = 0, **more: object) -> str:
        body = {"name": f"e2e-{uuid.uuid4().hex}", **more}
        made.append(wire.post("registered-models/create", body).ok()["registered_model"]["name"])
        for _ in range(versions):
            wire.post("model-versions/create", {"name": made[-1], "source": OPAQUE}).ok()
        return made[-1]

    yield make
    for name in made:
        send(wire, "DELETE", "registered-models/delete", {"name": name})  # a test may have deleted it already


@pytest.fixture
def name(new_model) -> str:
    return new_model()


def version(wire: Wire, model: str, number: object = 1) -> dict:
    return wire.get("model-versions/get", name=model, version=number).ok()["model_version"]


def model(wire: Wire, name: str) -> dict:
    return wire.get("registered-models/get", name=name).ok()["registered_model"]


# --- by MLflow's client


def test_model_in_a_run_is_registered_and_loaded_by_number_and_alias(client, tracking, tmp_path, unique):
    sklearn = pytest.importorskip("sklearn.linear_model")
    fitted = sklearn.LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    how = {"serialization_format": "skops", "pip_requirements": ["scikit-learn"]}
    mlflow.sklearn.save_model(fitted, tmp_path / "model", **how)
    with mlflow.start_run() as active:
        mlflow.log_artifacts(str(tmp_path / "model"), "model")
    registered = mlflow.register_model(f"runs:/{active.info.run_id}/model", f"m-{unique}", tags={"by": "test"})
    assert (registered.version, registered.run_id, registered.tags) == ("1", active.info.run_id, {"by": "test"})
    client.set_registered_model_alias(f"m-{unique}", "champion", "1")
    for address in (f"models:/m-{unique}/1", f"models:/m-{unique}@champion", f"models:/m-{unique}/latest"):
        assert mlflow.pyfunc.load_model(address).predict([[2.0]]) == pytest.approx([5.0])
    again = mlflow.register_model(f"runs:/{active.info.run_id}/model", f"m-{unique}")
    assert again.version == "2"
    client.delete_registered_model(f"m-{unique}")


def test_logged_model_is_registered_and_told_of_it(client, tracking, unique):
    logged = client.create_logged_model(tracking, name="model")
    client.finalize_logged_model(logged.model_id, "READY")
    made = mlflow.register_model(logged.model_uri, f"m-{unique}")
    assert made.source == f"models:/{logged.model_id}"
    assert client.get_model_version_download_uri(f"m-{unique}", "1") == logged.artifact_location
    told = json.loads(client.get_logged_model(logged.model_id).tags["mlflow.modelVersions"])
    assert told[0] == {"name": f"m-{unique}", "version": 1}  # the client adds its own, with the number as a text
    client.delete_registered_model(f"m-{unique}")


def test_client_manages_models_versions_stages_and_aliases(client, unique):
    name = f"m-{unique}"
    client.create_registered_model(name, tags={"team": "a"}, description="first")
    with pytest.raises(MlflowException) as taken:
        client.create_registered_model(name)
    assert taken.value.error_code == EXISTS
    for number in "123":
        assert client.create_model_version(name, OPAQUE, tags={"n": number}).version == number
    client.update_registered_model(name, description="second")
    client.set_registered_model_tag(name, "team", "b")
    client.set_model_version_tag(name, "1", "n", "one")
    client.delete_model_version_tag(name, "2", "n")
    client.update_model_version(name, "3", description="third")
    client.transition_model_version_stage(name, "1", "Production")
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    client.set_registered_model_alias(name, "best", "2")
    assert client.get_model_version_by_alias(name, "best").aliases == ["best"]

    found = client.get_registered_model(name)
    assert (found.description, found.tags, found.aliases) == ("second", {"team": "b"}, {"best": "2"})
    stages = {(one.version, one.current_stage) for one in found.latest_versions}
    assert stages == {("1", "Archived"), ("2", "Production"), ("3", "None")}
    assert [one.version for one in client.get_latest_versions(name, ["Production"])] == ["2"]
    assert client.get_model_version(name, "1").tags == {"n": "one"}
    assert client.get_model_version(name, "3").description == "third"

    client.rename_registered_model(name, name + "-new")
    assert client.get_model_version_by_alias(name + "-new", "best").name == name + "-new"
    client.delete_registered_model_alias(name + "-new", "best")
    client.delete_registered_model_tag(name + "-new", "team")
    client.delete_model_version(name + "-new", "3")
    left = client.search_model_versions(f"name = '{name}-new'", order_by=["version_number ASC"])
    assert [one.version for one in left] == ["1", "2"]
    assert client.get_registered_model(name + "-new").tags == {}
    client.delete_registered_model(name + "-new")
    with pytest.raises(MlflowException) as gone:
        client.get_registered_model(name + "-new")
    assert gone.value.error_code == ABSENT


def test_client_searches_in_pages(client, new_model, unique):
    names = sorted(new_model(name=f"p-{unique}-{i}", tags=[{"key": "odd", "value": str(i % 2)}]) for i in range(7))
    found, token = [], None
    while True:
        page = client.search_registered_models(f"name LIKE 'p-{unique}-%'", max_results=3, page_token=token)
        found += [one.name for one in page]
        token = page.token
        if not token:
            break
    assert found == names
    odd = client.search_registered_models(f"name ILIKE 'P-{unique}%' AND tags.odd = '1'", order_by=["name DESC"])
    assert [one.name for one in odd] == [names[5], names[3], names[1]]


def test_prompt_is_registered_loaded_and_found(client, unique):
    name = f"prompt-{unique}"
    first = mlflow.genai.register_prompt(name, "Hello {{who}}", commit_message="first", tags={"t": "1"})
    second = mlflow.genai.register_prompt(name, "Good day, {{who}}")
    assert (first.version, second.version) == (1, 2)
    mlflow.genai.set_prompt_alias(name, "live", 1)
    assert mlflow.genai.load_prompt(f"prompts:/{name}@live", link_to_model=False).format(who="Ann") == "Hello Ann"
    assert mlflow.genai.load_prompt(f"prompts:/{name}/2", link_to_model=False).template == "Good day, {{who}}"
    assert mlflow.genai.load_prompt(name, allow_missing=True, link_to_model=False).version == 2
    assert mlflow.genai.load_prompt(f"none-{unique}", allow_missing=True, link_to_model=False) is None
    assert name in [prompt.name for prompt in mlflow.genai.search_prompts(f"name = '{name}'")]
    assert client.search_registered_models(f"name = '{name}'") == []
    assert client.search_model_versions(f"name = '{name}'") == []
    with pytest.raises(MlflowException, match="already taken by a prompt"):
        client.create_registered_model(name)
    client.delete_prompt_version(name, "1")
    client.delete_prompt_version(name, "2")
    client.delete_prompt(name)
    assert mlflow.genai.load_prompt(name, allow_missing=True, link_to_model=False) is None


# --- by plain HTTP


@pytest.mark.parametrize("door", DOORS)
def test_every_route_is_behind_every_door(wire, door):
    name = f"e2e-{uuid.uuid4().hex}"
    both = {"name": name, "version": "1"}
    wire.post(door + "registered-models/create", {"name": name}).ok()
    wire.post(door + "registered-models/set-tag", {"name": name, "key": "k", "value": "v"}).ok()
    assert send(wire, "DELETE", door + "registered-models/delete-tag", {"name": name, "key": "k"}).ok() == {}
    send(wire, "PATCH", door + "registered-models/update", {"name": name, "description": "d"}).ok()
    wire.post(door + "model-versions/create", {"name": name, "source": OPAQUE}).ok()
    wire.post(door + "model-versions/set-tag", {**both, "key": "k", "value": "v"}).ok()
    assert send(wire, "DELETE", door + "model-versions/delete-tag", {**both, "key": "k"}).ok() == {}
    send(wire, "PATCH", door + "model-versions/update", {**both, "description": "d"}).ok()
    wire.post(door + "model-versions/transition-stage", {**both, "stage": "Staging"}).ok()
    assert wire.post(door + "registered-models/alias", {**both, "alias": "a"}).ok() == {}
    seen = wire.get(door + "registered-models/alias", name=name, alias="a").ok()["model_version"]
    assert seen == wire.get(door + "model-versions/get", **both).ok()["model_version"]
    assert send(wire, "DELETE", door + "registered-models/alias", {"name": name, "alias": "a"}).ok() == {}
    assert wire.get(door + "model-versions/get-download-uri", **both).ok() == {"artifact_uri": OPAQUE}
    latest = wire.get(door + "registered-models/get-latest-versions", name=name, stages="Staging").ok()
    assert latest == wire.post(door + "registered-models/get-latest-versions", {"name": name}).ok()
    assert wire.get(door + "model-versions/search", filter=f"name = '{name}'").ok() == latest
    found = wire.get(door + "registered-models/search", filter=f"name = '{name}'").ok()["registered_models"]
    assert found == [wire.get(door + "registered-models/get", name=name).ok()["registered_model"]]
    assert send(wire, "DELETE", door + "model-versions/delete", both).ok() == {}
    wire.post(door + "registered-models/rename", {"name": name, "new_name": name + "x"}).ok()
    assert send(wire, "DELETE", door + "registered-models/delete", {"name": name + "x"}).ok() == {}


def test_version_as_it_is_written(wire, name, run_id):
    body = {"name": name, "source": f"runs:/{run_id}/model", "run_id": run_id, "tags": [{"key": "k", "value": "v"}]}
    made = wire.post("model-versions/create", body).ok()["model_version"]
    stamp = made["creation_timestamp"]
    assert isinstance(stamp, int)
    assert made == {
        "name": name,
        "version": "1",
        "creation_timestamp": stamp,
        "last_updated_timestamp": stamp,
        "current_stage": "None",
        "description": "",
        "source": f"runs:/{run_id}/model",
        "run_id": run_id,
        "status": "READY",
        "tags": [{"key": "k", "value": "v"}],
        "run_link": "",
    }
    assert version(wire, name) == made
    assert model(wire, name)["latest_versions"] == [made]


def test_fifty_versions_at_once_have_consecutive_numbers(wire, name):
    def make(_: int) -> int:
        made = wire.post("model-versions/create", {"name": name, "source": OPAQUE}).ok()
        return int(made["model_version"]["version"])

    with ThreadPoolExecutor(50) as threads:
        assert sorted(threads.map(make, range(50))) == list(range(1, 51))


def test_number_of_a_deleted_version_is_not_given_again(wire, new_model):
    name = new_model(versions=2)
    send(wire, "DELETE", "model-versions/delete", {"name": name, "version": "2"}).ok()
    made = wire.post("model-versions/create", {"name": name, "source": OPAQUE}).ok()
    assert made["model_version"]["version"] == "3"
    send(wire, "DELETE", "registered-models/delete", {"name": name}).ok()
    wire.post("registered-models/create", {"name": name}).ok()
    made = wire.post("model-versions/create", {"name": name, "source": OPAQUE}).ok()
    assert made["model_version"]["version"] == "1"


def test_aliases_are_shown_where_mlflow_shows_them(wire, new_model):
    name = new_model(versions=1)
    wire.post("registered-models/alias", {"name": name, "alias": "a", "version": "1"}).ok()
    assert model(wire, name)["aliases"] == [{"alias": "a", "version": "1"}]
    assert version(wire, name)["aliases"] == ["a"]
    assert "aliases" not in model(wire, name)["latest_versions"][0]
    found = wire.get("model-versions/search", filter=f"name = '{name}'").ok()["model_versions"]
    assert "aliases" not in found[0]
    latest = wire.post("registered-models/get-latest-versions", {"name": name}).ok()["model_versions"]
    assert latest[0]["aliases"] == ["a"]
    send(wire, "DELETE", "model-versions/delete", {"name": name, "version": "1"}).ok()
    assert "aliases" not in model(wire, name)


def test_source_inside_a_run_belongs_to_that_run(wire, name, run_id):
    root = wire.get("runs/get", run_id=run_id).ok()["run"]["info"]["artifact_uri"]
    for source in (f"runs:/{run_id}/m", root, root + "/m"):
        body = {"name": name, "source": source}
        wire.post("model-versions/create", {**body, "run_id": run_id}).ok()
        for other in ({}, {"run_id": "0" * 32}, {"model_id": "m-" + "0" * 32}):
            wire.post("model-versions/create", {**body, **other}).refused(400, INVALID, "Invalid model version source")
    for source in (root + "x", root + "/../x", root + "/%2e%2e/x"):
        body = {"name": name, "source": source, "run_id": run_id}
        wire.post("model-versions/create", body).refused(400, INVALID, "Invalid model version source")


def test_source_that_is_another_version_gives_its_files_and_run(wire, new_model, name):
    other = new_model()
    wire.post("model-versions/create", {"name": other, "source": "s3://b/deep", "run_id": "r"}).ok()
    wire.post("registered-models/alias", {"name": other, "alias": "a", "version": "1"}).ok()
    for source in (f"models:/{other}/1", f"models:/{other}@a", f"models:/{other}/latest"):
        made = wire.post("model-versions/create", {"name": name, "source": source}).ok()["model_version"]
        assert (made["source"], made["run_id"]) == (f"models:/{other}/1", "r")
        uri = wire.get("model-versions/get-download-uri", name=name, version=made["version"]).ok()
        assert uri == {"artifact_uri": "s3://b/deep"}


SOURCES = (
    "/etc/passwd",
    "etc/passwd",
    "file:///etc/passwd",
    "file://localhost/etc",
    "//host/x",
    "http://h/x",
    "https://h/api/2.0/mlflow-artifacts/artifacts/x",
    "ftp://h/x",
    "mlflow-artifacts:/x",
    "mlflow-artifacts:/..",
    "mlflow-artifacts://evil/x",
    "s3:/b/../x",
    "s3://b/%2e%2e/x",
    "s3://b/%252e%252e/x",
    "s3://b/x#/../y",
    "s3://b/x%00",
    "s3://b/./x",
    "s3://b",
    "runs:/r/model",
    "models:/",
    "models:/a/b/c",
    "models:/m-00000000000000000000000000000000",
    "models://x/m",
    "dummy-source",
)


@pytest.mark.parametrize("source", SOURCES)
def test_source_that_may_not_be_is_refused(wire, name, source):
    answer = wire.post("model-versions/create", {"name": name, "source": source})
    answer.refused(400, INVALID)
    answer.tells_nothing_of_its_insides()
    assert "latest_versions" not in model(wire, name)


@pytest.mark.fourfold_only
@pytest.mark.parametrize("source", ["s3://b/x?../y", "s3://b/x;../y", "s3://b/a\\..\\y", "file://evil/x"])
def test_climb_that_mlflow_overlooks_is_refused(wire, name, source):
    wire.post("model-versions/create", {"name": name, "source": source}).refused(400, INVALID)


def test_prompt_takes_no_files(wire, new_model):
    name = new_model(tags=[PROMPT])
    body = {"name": name, "tags": [PROMPT]}
    wire.post("model-versions/create", {**body, "source": "dummy-source"}).ok()
    wire.post("model-versions/create", {**body, "source": OPAQUE}).refused(400, INVALID, "Invalid prompt source")
    body = {"name": new_model(), "source": f"models:/{name}/1"}
    wire.post("model-versions/create", body).refused(400, INVALID, "Prompt versions cannot be used")


def test_no_page_at_all_tells_whether_there_is_one(wire, name):
    named = f"name = '{name}'"
    empty = wire.get("registered-models/search", filter=named, max_results=0).ok()
    assert set(empty) == {"next_page_token"}
    assert wire.get("registered-models/search", filter="name = 'none of this'", max_results=0).ok() == {}


@pytest.mark.fourfold_only
def test_token_of_no_page_leads_to_the_first(wire, name):
    """MLflow refuses the token that it gave."""
    named = f"name = '{name}'"
    empty = wire.get("registered-models/search", filter=named, max_results=0).ok()
    page = wire.get("registered-models/search", filter=named, page_token=empty["next_page_token"]).ok()
    assert [one["name"] for one in page["registered_models"]] == [name]


# Method, route, body or query, status, error code, part of the message. "{m}" is a model with versions 1 and 2, "{p}" is
# a prompt, "{no}" is nothing.
ERRORS = [
    ("POST", "registered-models/create", {"name": "{m}"}, 400, EXISTS, "Registered Model (name={m}) already exists."),
    ("POST", "registered-models/create", {"name": "{p}"}, 400, EXISTS, "already taken by a prompt"),
    ("POST", "registered-models/create", {"name": "{p}", "tags": [PROMPT]}, 400, EXISTS, "Prompt (name={p}) already"),
    ("POST", "registered-models/create", {"name": "{m}", "tags": [PROMPT]}, 400, EXISTS, "taken by a registered model"),
    ("POST", "registered-models/create", {"name": " "}, 400, INVALID, "Missing value for required parameter 'name'."),
    ("POST", "registered-models/create", {"name": "a/b"}, 400, INVALID, "Names cannot contain '/' or ':'."),
    ("POST", "registered-models/create", {"name": "a:b"}, 400, INVALID, "Invalid model name 'a:b'."),
    ("POST", "registered-models/create", {"name": ".."}, 400, INVALID, "would resolve to '..'"),
    ("POST", "registered-models/create", {"name": "{no}", "tags": [{"value": "v"}]}, 400, INVALID, "parameter 'key'"),
    ("GET", "registered-models/get", {"name": "{no}"}, 404, ABSENT, "Registered Model with name={no} not found"),
    ("GET", "registered-models/get", {"name": "a/b"}, 400, INVALID, "Invalid model name"),
    ("PATCH", "registered-models/update", {"name": "{no}"}, 404, ABSENT, "not found"),
    ("DELETE", "registered-models/delete", {"name": "{no}"}, 404, ABSENT, "not found"),
    ("POST", "registered-models/rename", {"name": "{m}", "new_name": "{p}"}, 400, EXISTS, "already exists"),
    ("POST", "registered-models/rename", {"name": "{m}", "new_name": " "}, 400, INVALID, "parameter 'new_name'."),
    ("POST", "registered-models/rename", {"name": "{no}", "new_name": "{no}x"}, 404, ABSENT, "not found"),
    ("POST", "registered-models/set-tag", {"name": "{m}", "key": "a//b"}, 400, INVALID, "would resolve to 'a/b'"),
    ("POST", "registered-models/set-tag", {"name": "{m}", "key": "k" * 251}, 400, INVALID, "maximum length of 250"),
    ("POST", "registered-models/set-tag", {"name": "{m}", "key": "k", "value": "v" * 100_001}, 400, INVALID, "100000"),
    ("POST", "registered-models/set-tag", {"name": "{no}", "key": "k"}, 404, ABSENT, "not found"),
    ("DELETE", "registered-models/delete-tag", {"name": "{no}", "key": "k"}, 404, ABSENT, "not found"),
    ("GET", "registered-models/alias", {"name": "{m}", "alias": "zz"}, 400, INVALID, "model alias zz not found."),
    ("GET", "registered-models/alias", {"name": "{no}", "alias": "a"}, 404, ABSENT, "not found"),
    ("GET", "registered-models/alias", {"name": "{p}", "alias": "latest"}, 404, ABSENT, "Latest version not found"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "Latest", "version": "1"}, 400, INVALID, "reserved"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "v1", "version": "1"}, 400, INVALID, "reserved"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "a b", "version": "1"}, 400, INVALID, "Invalid alias"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "a" * 256, "version": "1"}, 400, INVALID, "255"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "a", "version": "9"}, 404, ABSENT, "version=9) not"),
    ("POST", "registered-models/alias", {"name": "{m}", "alias": "a", "version": "x"}, 400, INVALID, "an integer"),
    ("DELETE", "registered-models/alias", {"name": "{no}", "alias": "a"}, 404, ABSENT, "not found"),
    ("POST", "registered-models/get-latest-versions", {"name": "{m}", "stages": ["x"]}, 400, INVALID, "stage: x."),
    ("GET", "registered-models/search", {"max_results": 1001}, 400, INVALID, "parameter 'max_results'"),
    ("GET", "registered-models/search", {"page_token": "bad"}, 400, INVALID, "Invalid page token"),
    ("GET", "registered-models/search", {"filter": "run_id = 'x'"}, 400, INVALID, "Invalid attribute key 'run_id'"),
    ("GET", "registered-models/search", {"filter": "name > 'x'"}, 400, INVALID, "Invalid comparator for attribute: >"),
    ("GET", "registered-models/search", {"filter": "tags.k > 'x'"}, 400, INVALID, "Invalid comparator for tag: >"),
    ("GET", "registered-models/search", {"filter": "params.k = 'x'"}, 400, INVALID, "Invalid entity type 'params'"),
    ("GET", "registered-models/search", {"filter": "name = 'a' OR name = 'b'"}, 400, INVALID, "Invalid clause(s)"),
    ("GET", "registered-models/search", {"order_by": "bogus"}, 400, INVALID, "Invalid order by key 'bogus'"),
    ("GET", "registered-models/search", {"order_by": "name up"}, 400, INVALID, "Invalid ordering key"),
    ("POST", "model-versions/create", {"name": "{no}", "source": OPAQUE}, 404, ABSENT, "name={no} not found"),
    ("POST", "model-versions/create", {"name": "{m}", "source": ""}, 400, INVALID, "parameter 'source'"),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/{no}/1"}, 404, ABSENT, "name={no} not found"),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/{m}/9"}, 404, ABSENT, "version=9) not found"),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/{m}@zz"}, 400, INVALID, "zz not found"),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/{m}/1", "run_id": "x"}, 400, INVALID, "match"),
    ("POST", "model-versions/create", {"name": "{m}", "source": OPAQUE, "model_id": "m-x"}, 404, ABSENT, "'m-x' not"),
    ("GET", "model-versions/get", {"name": "{m}", "version": "9"}, 404, ABSENT, "(name={m}, version=9) not found"),
    ("GET", "model-versions/get", {"name": "{m}", "version": "x"}, 400, INVALID, "must be an integer, got 'x'."),
    ("GET", "model-versions/get", {"name": "{no}", "version": "1"}, 404, ABSENT, "(name={no}, version=1) not found"),
    ("GET", "model-versions/get-download-uri", {"name": "{m}"}, 400, INVALID, "must be an integer, got ''."),
    ("GET", "model-versions/get-download-uri", {"name": "{m}", "version": "9"}, 404, ABSENT, "not found"),
    ("PATCH", "model-versions/update", {"name": "{m}", "version": "9"}, 404, ABSENT, "not found"),
    ("DELETE", "model-versions/delete", {"name": "{m}", "version": "9"}, 404, ABSENT, "not found"),
    ("POST", "model-versions/set-tag", {"name": "{m}", "version": "9", "key": "k"}, 404, ABSENT, "not found"),
    ("DELETE", "model-versions/delete-tag", {"name": "{m}", "version": "9", "key": "k"}, 404, ABSENT, "not found"),
    ("POST", "model-versions/transition-stage", {"name": "{m}", "version": "1", "stage": "x"}, 400, INVALID, "stage: x"),
    ("POST", "model-versions/transition-stage", {"name": "{m}", "version": "9", "stage": "None"}, 404, ABSENT, "not"),
    ("GET", "model-versions/search", {"max_results": 0}, 400, INVALID, "It must be a positive integer, but got 0"),
    ("GET", "model-versions/search", {"max_results": 200_001}, 400, INVALID, "parameter 'max_results'"),
    ("GET", "model-versions/search", {"filter": "version_number = 1.5"}, 400, INVALID, "'version_number': 1.5"),
    ("GET", "model-versions/search", {"filter": "version_number = 'x'"}, 400, INVALID, "'version_number': 'x'"),
    ("GET", "model-versions/search", {"filter": "version_number LIKE '1'"}, 400, INVALID, "version_number: LIKE"),
    ("GET", "model-versions/search", {"filter": "source_path IN ('x')"}, 400, INVALID, "Only ['name', 'run_id']"),
    ("GET", "model-versions/search", {"order_by": "run_id"}, 400, INVALID, "Invalid attribute key 'run_id'"),
]

# MLflow's server answers 500 to these.
STRICTER = [
    ("GET", "registered-models/search", {"order_by": ["name", "name DESC"]}, 400, INVALID, "duplicate fields"),
    ("GET", "registered-models/search", {"filter": "tags.k IS NULL"}, 400, INVALID, "IS NULL"),
    ("GET", "model-versions/get", {"name": "{m}", "version": "9" * 20}, 404, ABSENT, "not found"),
    (
        "POST",
        "model-versions/transition-stage",
        {"name": "{m}", "version": "1", "stage": "Archived", "archive_existing_versions": True},
        400,
        INVALID,
        "is not an Active stage",
    ),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/{m}/Production"}, 404, ABSENT, "No versions"),
    ("POST", "model-versions/create", {"name": "{m}", "source": "models:/m-x", "model_id": "m-x"}, 404, ABSENT, "'m-x'"),
]


@pytest.fixture(scope="module")
def names(new_model) -> dict[str, str]:
    return {"{m}": new_model(versions=2), "{p}": new_model(tags=[PROMPT]), "{no}": f"none-{uuid.uuid4().hex}"}


@pytest.mark.parametrize(
    "row",
    [*ERRORS, *(pytest.param(row, marks=pytest.mark.fourfold_only) for row in STRICTER)],
    ids=lambda row: f"{row[1]} {str(row[2])[:60]}",
)
def test_bad_input_is_answered_as_mlflow_answers_it(wire, names, row):
    def fill(text: str) -> str:
        for mark, value in names.items():
            text = text.replace(mark, value)
        return text

    method, route, given, status, code, fragment = row
    given = json.loads(fill(json.dumps(given)))
    answer = wire.get(route, **given) if method == "GET" else send(wire, method, route, given)
    answer.refused(status, code, fill(fragment))
    answer.tells_nothing_of_its_insides()
    assert [one["version"] for one in model(wire, names["{m}"])["latest_versions"]] == ["2"]
