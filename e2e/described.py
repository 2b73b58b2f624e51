"""Holds what goes over the wire below /api/v1 against the document that the gateway gives out of itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from wire import Answer

PREFIX = "/api/v1/"
DOCUMENT = "urn:fourfold:api"
JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Operation:
    """A method of a path, and where in the document it is."""

    path: str
    method: str
    said: dict[str, Any]
    queries: frozenset[str]

    @property
    def pointer(self) -> str:
        return f"#/paths/{escaped(self.path)}/{self.method}"


@dataclass
class Described:
    """What the document says; a request that was taken, and every answer, must be as it says."""

    document: dict[str, Any]
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        resource = Resource.from_contents(self.document, default_specification=DRAFT202012)
        self.registry = Registry().with_resource(DOCUMENT, resource)
        self.validators: dict[str, Draft202012Validator] = {}
        # A path without variables counts before one with them, as in the router.
        self.paths = sorted(
            ((pattern_of(path), path) for path in self.document["paths"]), key=lambda one: (one[1].count("{"), one[1])
        )

    def check(self, method: str, target: str, body: bytes | str | None, headers: dict[str, str], answer: Answer) -> None:
        parts = urlsplit(target)
        if not parts.path.startswith(PREFIX) or method == "HEAD":
            return
        kind = answer.headers.get("content-type", "").split(";")[0].strip()
        where = f"{method} {parts.path} {answer.status}"
        operation = self.operation(method.lower(), parts.path)
        if answer.status == 403 and kind == "text/plain":
            return  # A Host or an origin that is not allowed is told in MLflow's words, whatever is asked.
        if answer.status >= 400:
            assert kind == PROBLEM, f"{where}: an error of type {kind!r}"
            self.hold("#/components/schemas/Problem", answer.json(), where)
            assert answer.json()["status"] == answer.status, where
            return
        assert operation, f"{where}: no such operation is described"
        self.seen.add(operation.said["operationId"])
        queries = {name for name, _ in parse_qsl(parts.query)}
        unknown = {name for name in queries if not name.startswith("field.")} - operation.queries
        assert not unknown, f"{where}: taken, but not described: {unknown}"
        self.request(operation, body, headers, where)
        self.answer(operation, kind, answer, where)

    def check_sent(self, response: requests.Response) -> None:
        """The same for a request of that library."""
        sent = response.request
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content)
        self.check(sent.method, sent.path_url, sent.body, dict(sent.headers), answer)

    def request(self, operation: Operation, body: bytes | str | None, headers: dict[str, str], where: str) -> None:
        given = {name.lower(): value for name, value in headers.items()}
        content = operation.said.get("requestBody", {}).get("content", {})
        kind = given.get("content-type", "").split(";")[0].strip().lower()
        if not body or "content-encoding" in given or kind != JSON or kind not in content:
            return
        self.hold(f"{operation.pointer}/requestBody/content/{escaped(kind)}/schema", json.loads(body), f"{where}, body")

    def answer(self, operation: Operation, kind: str, answer: Answer, where: str) -> None:
        pointer = f"{operation.pointer}/responses/{answer.status}"
        responses = operation.said["responses"]
        assert str(answer.status) in responses, f"{where}: this status is not described"
        response = responses[str(answer.status)]
        if "$ref" in response:
            pointer = response["$ref"]
            response = self.document["components"]["responses"][pointer.rsplit("/", 1)[1]]
        content = response.get("content", {})
        if not content:
            assert not answer.body, f"{where}: a body that is not described"
            return
        assert kind in content, f"{where}: {kind!r} is not described"
        if kind == JSON:
            self.hold(f"{pointer}/content/{escaped(kind)}/schema", answer.json(), where)

    def operations(self) -> set[str]:
        """The ids of all."""
        return {
            operation["operationId"]
            for item in self.document["paths"].values()
            for operation in item.values()
            if isinstance(operation, dict)
        }

    def operation(self, method: str, path: str) -> Operation | None:
        for pattern, template in self.paths:
            item = self.document["paths"][template]
            if method in item and pattern.fullmatch(path):
                return Operation(template, method, item[method], self.queries(item, item[method]))
        return None

    def queries(self, *places: dict[str, Any]) -> frozenset[str]:
        names = set()
        for place in places:
            for parameter in place.get("parameters", []):
                if "$ref" in parameter:
                    parameter = self.document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
                if parameter["in"] == "query":
                    names.add(parameter["name"])
        return frozenset(names)

    def hold(self, pointer: str, instance: Any, where: str) -> None:
        if pointer not in self.validators:
            self.validators[pointer] = Draft202012Validator({"$ref": DOCUMENT + pointer}, registry=self.registry)
        errors = [f"{error.json_path}: {error.message[:300]}" for error in self.validators[pointer].iter_errors(instance)]
        assert not errors, f"{where} is not as {pointer} says: {errors[:3]}"


def pattern_of(template: str) -> re.Pattern[str]:
    """A metric's name may hold slashes; nothing else does."""
    parts = re.split(r"(\{[^}]+\})", template)
    return re.compile("".join((".+" if p == "{key}" else "[^/]+") if p.startswith("{") else re.escape(p) for p in parts))


def escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
