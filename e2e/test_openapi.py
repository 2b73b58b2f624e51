"""The document about /api/v1. That answers are as it says is seen in all other tests: described.py looks at each."""

from __future__ import annotations

import json

import pytest
import yaml
from described import Described
from openapi_spec_validator import OpenAPIV31SpecValidator
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

PATH = "/api/v1/openapi.yaml"


@pytest.fixture(scope="module")
def document(wire: Wire) -> dict:
    answer = wire.send("GET", PATH)
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.headers["content-length"] == str(len(answer.body))
    return yaml.safe_load(answer.body)


def test_it_is_valid(document: dict) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_strangers_may_read_it(wire: Wire) -> None:
    connection = wire.connect()
    connection.request("GET", wire.prefix + PATH)
    assert connection.getresponse().status == 200
    connection.close()


LEASE = {"lease": "a", "holder": "b", "token": 1, "expires_in_ms": 5}
ACQUIRE = "/api/v1/state/n/leases/a/acquire"
ASKED = {"holder": "b", "ttl_ms": 1000}
ABSENT = {"type": "urn:fourfold:problem:not-found", "title": "Not found", "status": 404, "detail": "None."}

# method, path, the request's body, status, type and body of the answer, and a part of the complaint or none
WRONG = {
    "as it is": ("POST", ACQUIRE, ASKED, 200, "application/json", LEASE, None),
    "a field too many": ("POST", ACQUIRE, ASKED, 200, "application/json", {**LEASE, "more": 1}, "'more' was unexpected"),
    "a field of another kind": ("POST", ACQUIRE, ASKED, 200, "application/json", {**LEASE, "token": "1"}, "$.token"),
    "a field too few": ("POST", ACQUIRE, ASKED, 200, "application/json", {"lease": "a"}, "'holder' is a required"),
    "a request with a field too many": (
        "POST", ACQUIRE, {**ASKED, "x": 1}, 200, "application/json", LEASE, "'x' was unexpected"
    ),
    "another status": ("POST", ACQUIRE, ASKED, 201, "application/json", LEASE, "status is not described"),
    "another type": ("POST", ACQUIRE, ASKED, 200, "text/plain", LEASE, "is not described"),
    "another path": ("POST", "/api/v1/nothing", ASKED, 200, "application/json", LEASE, "no such operation"),
    "another query": ("GET", "/api/v1/state?more=1", None, 200, "application/json", {"namespaces": [], "next": None},
                      "not described: {'more'}"),
    "a problem": ("POST", ACQUIRE, ASKED, 404, "application/problem+json", ABSENT, None),
    "a problem of another status": ("POST", ACQUIRE, ASKED, 409, "application/problem+json", ABSENT, "409"),
    "an error that is no problem": ("POST", ACQUIRE, ASKED, 404, "application/json", ABSENT, "an error of type"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_as_it_says_is_found(document: dict, case: tuple) -> None:
    method, path, asked, status, kind, body, complaint = case
    answer = Answer(status, {"content-type": kind}, json.dumps(body).encode())
    sent = None if asked is None else json.dumps(asked)
    described = Described(document)
    if complaint is None:
        described.check(method, path, sent, {"Content-Type": "application/json"}, answer)
        return
    with pytest.raises(AssertionError) as caught:
        described.check(method, path, sent, {"Content-Type": "application/json"}, answer)
    assert complaint in str(caught.value)
