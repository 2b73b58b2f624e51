"""Every answer has an `X-Request-Id`, the client's own where it gave a plain word, and the logs know it.

With E2E_LOGS, the folder of a platform in separate processes that log JSON at DEBUG, the id is looked for in the logs of
the gateway and of each service; without it those tests are skipped.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import re
import socket
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest
from wire import ARTIFACTS, TRACKING, sign_in

pytestmark = pytest.mark.fourfold_only

MADE = re.compile(r"[0-9a-f]{16}")
JSON = {"Content-Type": "application/json"}
SERVICES = ("metadata-svc", "metrics-svc", "logs-svc", "cache-svc", "artifacts-svc")
FIELDS = {"@timestamp", "log.level", "log.logger", "process.thread.name", "message", "service.name"}
METRIC = '{"run_id": "{run}", "key": "m", "value": 1, "timestamp": 1}'

logged = pytest.mark.skipif(
    not os.environ.get("E2E_LOGS"), reason="needs the logs of separate processes (E2E_LOGS), as JSON and at DEBUG"
)


def sent(wire, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, list[str]]:
    """The status, and each id in the head of the answer, whose body may never end."""
    connection = wire.connect(20)
    try:
        connection.putrequest(method, wire.prefix + path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in {**sign_in(), **headers}.items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in headers:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_all("X-Request-Id") or []
    finally:
        connection.close()


def head_of(wire, request: str) -> tuple[int, list[str]]:
    """The same of a request whose first lines are sent as they are."""
    with socket.create_connection((wire.host, wire.port), timeout=20) as connection:
        connection.sendall(f"{request}\r\nHost: {wire.host}:{wire.port}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers.get_all("X-Request-Id") or []


ROUTES = [
    ("GET", "/health", {}, None, 200),
    ("GET", "/version", {}, None, 200),
    ("HEAD", "/version", {}, None, 200),
    ("GET", f"{TRACKING}runs/get?run_id={{run}}", {}, None, 200),
    ("GET", f"{TRACKING}metrics/get-history?run_id={{run}}&metric_key=m", {}, None, 200),
    ("POST", f"{TRACKING}runs/search", JSON, b'{"experiment_ids": ["{experiment}"]}', 200),
    ("POST", f"{TRACKING}runs/log-metric", JSON, METRIC.encode(), 200),
    ("GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0", {}, None, 200),
    ("POST", "/graphql", JSON, b'{"query": "{ __typename }"}', 200),
    ("PUT", f"{ARTIFACTS}/{{run}}/new.txt", {}, b"a", 200),
    ("GET", "{file}", {}, None, 200),
    ("GET", "{file}", {"Range": "bytes=0-0"}, None, 206),
    ("HEAD", "{file}", {}, None, 200),
    ("GET", f"{ARTIFACTS}/{{run}}/none.txt", {}, None, 404),
    ("GET", f"{ARTIFACTS}/..%2f..%2fetc/passwd", {}, None, 400),
    ("GET", f"{TRACKING}runs/get", {}, None, 400),
    ("GET", f"{TRACKING}runs/get?run_id=none", {}, None, 404),
    ("POST", f"{TRACKING}runs/create", JSON, b"{", 400),
    ("POST", f"{TRACKING}runs/create", {"Content-Type": "text/plain"}, b"x", 400),
    ("GET", f"{TRACKING}runs/create", {}, None, 405),
    ("POST", f"{TRACKING}runs/log-batch", {**JSON, "Content-Length": "100000000"}, b"{", 413),
    ("GET", f"{TRACKING}runs/get/", {}, None, 404),
    ("GET", "/none", {}, None, 404),
    ("GET", "/version", {"Host": "evil.example.com"}, None, 403),
    ("POST", f"{TRACKING}runs/create", {**JSON, "Origin": "http://evil.example.com"}, b"{}", 403),
    ("GET", "/api/v1/health", {}, None, 200),
    ("GET", "/api/v1/none", {}, None, 404),
    ("GET", "/api/v1/runs/none/logs", {}, None, 404),
    ("GET", "/api/v1/runs/{run}/logs?limit=-1", {}, None, 400),
    ("GET", "/api/v1/state/{run}/values/none", {}, None, 404),
    ("GET", "/api/v1/runs/{run}/logs/live", {"Accept": "text/event-stream"}, None, 200),
    ("GET", "/api/v1/runs/{run}/metrics/live?keys=m", {"Accept": "text/event-stream"}, None, 200),
    ("GET", "/grafana/influx/query?q=SHOW+DATABASES", {}, None, 200),
    ("GET", "/grafana/influx/query?q=DROP+DATABASE+x", {}, None, 400),
    ("GET", "/loki/api/v1/labels", {}, None, 200),
    ("GET", "/loki/api/v1/query?query=rubbish", {}, None, 400),
    ("POST", "/v1/logs", JSON, b"{}", 200),
    ("POST", "/v1/logs", {"Content-Type": "text/plain"}, b"x", 400),
]


@pytest.fixture(scope="module")
def file(wire) -> str:
    path = f"{ARTIFACTS}/request-ids/a.txt"
    wire.send("PUT", path, b"a").ok_status()
    return path


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), ROUTES)
def test_every_answer_has_the_id_of_its_request(wire, run_id, experiment_id, file, method, path, headers, body, status):
    path = path.replace("{run}", run_id).replace("{file}", file)
    body = body and body.replace(b"{run}", run_id.encode()).replace(b"{experiment}", experiment_id.encode())
    given = f"e2e.{uuid.uuid4().hex}_-X"
    assert sent(wire, method, path, {**headers, "X-Request-Id": given}, body) == (status, [given])
    again, ids = sent(wire, method, path, headers, body)
    assert again == status
    assert len(ids) == 1 and MADE.fullmatch(ids[0]), ids


@pytest.mark.parametrize("odd", ["", "a b", "x" * 129, "<script>", 'a"b', "a,b", "\u00fc", "${jndi:x}", "%0d%0aX: y"])
def test_id_that_is_no_plain_word_is_not_taken_over(wire, odd):
    status, ids = head_of(wire, f"GET /version HTTP/1.1\r\nX-Request-Id: {odd}")
    assert len(ids) == 1 and MADE.fullmatch(ids[0]), (status, ids)


@pytest.mark.parametrize(
    "request_line",
    ["GET /version?a=%zz HTTP/1.1", "RUBBISH", "FROB /version HTTP/1.1", f"GET /{'x' * 100_000} HTTP/1.1"],
    ids=["encoding", "rubbish", "method", "long"],
)
def test_what_is_hardly_a_request_has_one_too(wire, request_line):
    status, ids = head_of(wire, request_line)
    assert len(ids) == 1 and MADE.fullmatch(ids[0]), (status, ids)


def test_a_stranger_is_told_it(wire):
    if not sign_in():
        pytest.skip("the server under test asks for no sign-in")
    headers = {"Authorization": "Basic eDp5", "X-Request-Id": "s"}
    answer = wire.send("GET", f"{TRACKING}runs/get?run_id=x", headers=headers)
    assert answer.status == 401
    assert answer.headers["x-request-id"] == "s"


def lines(process: str) -> list[dict]:
    """What a process has logged; each line is an object, or this fails. One that is being written is none yet."""
    log = pathlib.Path(os.environ["E2E_LOGS"], process, "service.log").read_bytes()
    log = log[: log.rfind(b"\n") + 1].decode()
    # That one is no line of the log: it goes to standard output, once, for whoever started the platform.
    return [json.loads(line) for line in log.splitlines() if not line.startswith("The first administrator is ")]


def await_message(process: str, request_id: str, wanted: Callable[[str], bool]) -> None:
    """Until the log of a process has such a message of a request: it may be written after the answer."""
    limit = time.monotonic() + 60
    while True:
        said = [line["message"] for line in lines(process) if line.get("http.request.id") == request_id]
        if any(wanted(message) for message in said):
            return
        assert time.monotonic() < limit, said
        time.sleep(0.2)


@logged
@pytest.mark.parametrize("process", ["gateway", *SERVICES])
def test_each_line_of_a_log_is_a_json_object(wire, run_id, process):
    found = lines(process)
    assert found
    for line in found:
        assert FIELDS <= set(line), line
        assert line["service.name"] == process


@logged
@pytest.mark.parametrize(
    ("method", "path", "body", "service", "there"),
    [
        ("GET", f"{TRACKING}runs/get?run_id={{unknown}}", None, "metadata-svc", "/metadata/"),
        ("POST", f"{TRACKING}runs/log-metric", METRIC, "metrics-svc", "/metrics/"),
        ("GET", f"{TRACKING}metrics/get-history?run_id={{run}}&metric_key=m", None, "metrics-svc", "/metrics/"),
        ("GET", "/api/v1/runs/{run}/logs", None, "logs-svc", "/lines"),
        ("GET", "/api/v1/runs/{run}/logs/live", None, "logs-svc", "/lines"),
        ("GET", "/api/v1/state/{unknown}/values/none", None, "cache-svc", "/state/"),
        ("GET", f"{TRACKING}runs/get?run_id={{run}}", None, "cache-svc", "/answers/"),
        ("GET", f"{ARTIFACTS}/{{unknown}}/none.txt", None, "artifacts-svc", "/artifacts"),
        ("PUT", f"{ARTIFACTS}/{{unknown}}/a.txt", "a", "artifacts-svc", "/artifacts"),
        *(("GET", "/api/v1/health", None, service, "/") for service in SERVICES),
    ],
)
def test_a_request_is_found_in_the_logs_of_all_that_worked_for_it(
    wire, run_id, unique, method, path, body, service, there
):
    given = f"followed.{uuid.uuid4().hex}"
    path, body = (text and text.replace("{run}", run_id).replace("{unknown}", unique) for text in (path, body))
    headers = {"X-Request-Id": given, **(JSON if body and path.startswith(TRACKING) else {})}
    status, ids = sent(wire, method, path, headers, body and body.encode())
    assert ids == [given]
    answered = f"method={method} path={path.partition('?')[0]} status={status}"
    await_message("gateway", given, lambda message: message == answered)
    await_message(service, given, lambda message: there in message)


@logged
def test_no_line_is_logged_under_an_id_that_was_refused(wire):
    odd = f"odd {quote(uuid.uuid4().hex)}"
    wire.send("GET", f"{TRACKING}runs/get?run_id=x", headers={"X-Request-Id": odd})
    for process in ("gateway", "metadata-svc"):
        assert not [line for line in lines(process) if odd in json.dumps(line)]
