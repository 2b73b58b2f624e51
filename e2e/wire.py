"""HTTP as it goes over the wire: requests whose path, headers and body are sent exactly as written."""

from __future__ import annotations

import base64
import http.client
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from described import Described

TRACKING = "/api/2.0/mlflow/"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"

# Nothing of a server's inside belongs in a message to its client.
INSIDES = ("SELECT ", "INSERT INTO", "UPDATE runs", "org.postgresql", "java.lang", "Exception:", "\tat ", "dev.fourfold")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict:
        return json.loads(self.body)

    def ok(self) -> dict:
        """The JSON body of a 200."""
        assert self.status == 200, f"{self.status} {self.text[:600]}"
        return self.json()

    def ok_status(self) -> None:
        """A 200 or 202, whatever the body."""
        assert self.status in (200, 202), f"{self.status} {self.text[:600]}"

    def refused(self, status: int, code: str | None = None, fragment: str = "") -> dict:
        """The JSON body of an error in MLflow's form, with this status, error code and part of its message."""
        assert self.status == status, f"{self.status} {self.text[:600]}"
        assert self.headers.get("content-type", "").startswith("application/json"), self.headers
        problem = self.json()
        assert set(problem) >= {"error_code", "message"}, problem
        assert code is None or problem["error_code"] == code, problem
        assert fragment in problem["message"], problem
        return problem

    def tells_nothing_of_its_insides(self) -> None:
        leaks = [word for word in INSIDES if word in self.text]
        assert not leaks, f"{leaks} in {self.text[:600]}"


class Wire:
    """A server, reached by plain HTTP. Every call opens a connection of its own, so that no call rests on another."""

    described: ClassVar[Described | None] = None  # what every answer is held against, of whichever gateway

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not the address of a server")
        self.url = url.rstrip("/")
        self.secure = parts.scheme == "https"
        self.host, self.port = parts.hostname, parts.port or (443 if self.secure else 80)
        self.prefix = parts.path.rstrip("/")  # a tracking URI may have a path

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        return kind(self.host, self.port, timeout=timeout)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 60,
    ) -> Answer:
        """Sends exactly this path, these headers (besides Host, Content-Length and sign-in) and this body."""
        given = {**sign_in(), **(headers or {})}
        names = {name.lower() for name in given}
        data = body.encode() if isinstance(body, str) else body
        connection = self.connect(timeout)
        try:
            connection.putrequest(method, self.prefix + path, skip_host="host" in names, skip_accept_encoding=True)
            for name, value in given.items():
                connection.putheader(name, value)
            if data is not None and not names & {"content-length", "transfer-encoding"}:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            answer = Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
        finally:
            connection.close()
        if Wire.described:
            Wire.described.check(method, path, body, given, answer)
        return answer

    def post(self, route: str, body: object, **headers: str) -> Answer:
        """POST of JSON to a tracking route, as `runs/create`."""
        return self.send("POST", path_of(route), json.dumps(body), {"Content-Type": "application/json", **headers})

    def get(self, route: str, **query: object) -> Answer:
        """GET of a tracking route."""
        return self.send("GET", path_of(route) + (f"?{urlencode(query, doseq=True)}" if query else ""))


def path_of(route: str) -> str:
    return route if route.startswith("/") else TRACKING + route


def sign_in() -> dict[str, str]:
    """The header of the same sign-in that MLflow's client takes from the environment."""
    token, user = os.environ.get("MLFLOW_TRACKING_TOKEN"), os.environ.get("MLFLOW_TRACKING_USERNAME")
    if token:
        return {"Authorization": f"Bearer {token}"}
    if user:
        pair = f"{user}:{os.environ.get('MLFLOW_TRACKING_PASSWORD', '')}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    return {}
