"""The one door: who may knock (Host, Origin), what is there and what is not, and how much a body may hold.

For `up` on loopback, where no sign-in is asked for. With MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME in the
environment every request here signs in, and the tests of sign-in itself run too.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
import uuid

import pytest
from wire import ARTIFACTS, TRACKING, Wire, path_of, sign_in

JSON = {"Content-Type": "application/json"}

# Each kind of route once: method, path, body.
ROUTES = [
    ("GET", f"{TRACKING}experiments/get?experiment_id=0", None),
    ("POST", f"{TRACKING}experiments/search", '{"max_results": 1}'),
    ("POST", f"{TRACKING}runs/search", "{}"),
    ("GET", f"{TRACKING}metrics/get-history?run_id={'0' * 32}&metric_key=m", None),
    ("GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0", None),
    ("GET", f"{ARTIFACTS}?path=none", None),
    ("PUT", f"{ARTIFACTS}/0/never/artifacts/x", "x"),
    ("DELETE", f"{ARTIFACTS}/0/never/artifacts/x", None),
    ("GET", "/no/such/route", None),
]
V1_ROUTES = [
    ("GET", f"/api/v1/runs/{'0' * 32}/logs", None),
    ("POST", f"/api/v1/runs/{'0' * 32}/logs", "[]"),
    ("GET", "/api/v1/sessions", None),
    ("DELETE", "/api/v1/sessions/current", None),
]


def knock(wire: Wire, method: str, path: str, body: str | None, **headers: str):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return wire.send(method, path, body, {**(JSON if body is not None else {}), **names})


def is_loopback(wire: Wire) -> bool:
    return wire.host in ("127.0.0.1", "localhost", "::1")


# --- Host and Origin ---


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "localhost.evil.example"])
def test_foreign_host_is_forbidden(wire, method, path, body, host):
    answer = knock(wire, method, path, body, Host=host)
    assert answer.status == 403, f"{answer.status} {answer.text[:300]}"


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("method", "path", "body"), ROUTES + V1_ROUTES)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1@evil.example", "169.254.169.254", "evil.example#127.0.0.1", "0x7f.1", "[::ffff:a9fe:a9fe]"]
)
def test_foreign_host_is_forbidden_in_every_guise(wire, method, path, body, host):
    answer = knock(wire, method, path, body, Host=host)
    assert answer.status in (400, 403), f"{answer.status} {answer.text[:300]}"
    answer.tells_nothing_of_its_insides()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:{port}", "localhost:{port}"])
def test_own_host_is_welcome(wire, host):
    if not is_loopback(wire):
        pytest.skip("the server is not on loopback")
    answer = knock(wire, "GET", f"{TRACKING}experiments/get?experiment_id=0", None, Host=host.format(port=wire.port))
    answer.ok()


@pytest.mark.parametrize(
    ("method", "path", "body"), [route for route in ROUTES if route[0] != "GET" and "/api/2.0/mlflow/" in route[1]]
)
@pytest.mark.parametrize("origin", ["http://evil.example", "https://evil.example:5000", "null"])
def test_foreign_origin_may_not_write(wire, method, path, body, origin):
    answer = knock(wire, method, path, body, Origin=origin)
    assert answer.status == 403, f"{answer.status} {answer.text[:300]}"


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("method", "path", "body"), [route for route in ROUTES + V1_ROUTES if route[0] != "GET"])
@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost@evil.example", "file://", "x"],
)
def test_foreign_origin_may_not_write_in_any_guise(wire, method, path, body, origin):
    answer = knock(wire, method, path, body, Origin=origin)
    assert answer.status == 403, f"{answer.status} {answer.text[:300]}"


def test_foreign_origin_is_not_let_read(wire):
    answer = knock(wire, "GET", f"{TRACKING}experiments/get?experiment_id=0", None, Origin="http://evil.example")
    assert answer.headers.get("access-control-allow-origin") in (None, "") or answer.status == 403
    answer = knock(
        wire,
        "OPTIONS",
        f"{TRACKING}runs/create",
        None,
        Origin="http://evil.example",
        Access_Control_Request_Method="POST",
    )
    assert answer.headers.get("access-control-allow-origin") not in ("*", "http://evil.example")


@pytest.mark.fourfold_only
def test_own_origin_is_welcome(wire):
    body = '{"max_results": 1}'
    knock(wire, "POST", f"{TRACKING}experiments/search", body, Origin=wire.url[: len(wire.url) - len(wire.prefix)]).ok()


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_form_of_another_page_changes_nothing(wire, run_id, content_type):
    body = json.dumps({"run_id": run_id, "key": "csrf", "value": "1"})
    answer = wire.send("POST", f"{TRACKING}runs/set-tag", body, {"Content-Type": content_type})
    answer.refused(400, "INVALID_PARAMETER_VALUE", "Content-Type must be one of")
    assert "csrf" not in wire.get("runs/get", run_id=run_id).body.decode()


# --- what is there, and what is not ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("POST", "/api/2.0/mlflow/nope"),
        ("GET", "/api/2.0/mlflow/experiments/nope"),
        ("GET", "/api/2.0/mlflow/experiments/get/"),
        ("GET", "/api/2.0/mlflow"),
        ("GET", "/api/9.9/mlflow/experiments/get?experiment_id=0"),
        ("GET", "/api/2.0/preview/mlflow/experiments/get?experiment_id=0"),
        ("GET", "/api/2.0/MLFLOW/experiments/get?experiment_id=0"),
    ],
)
def test_unknown_route_is_not_found_and_not_one_of_mlflows_errors(wire, method, path):
    answer = wire.send(method, path, "{}" if method == "POST" else None, JSON if method == "POST" else {})
    assert answer.status == 404, answer.text[:300]
    assert not answer.headers.get("content-type", "").startswith("application/json")  # else the client reads a code
    assert "error_code" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "experiments/get"), ("GET", "runs/create"), ("DELETE", "runs/delete"), ("PUT", "runs/log-batch")],
)
def test_wrong_method_is_not_allowed(wire, method, path):
    answer = wire.send(method, path_of(path), "{}" if method != "GET" else None, JSON)
    assert answer.status == 405, answer.text[:300]
    assert "error_code" not in answer.text


def test_health_and_version_are_plain_text(wire):
    health, version = wire.send("GET", "/health"), wire.send("GET", "/version")
    assert (health.status, health.text) == (200, "OK")
    assert (version.status, version.text) == (200, "3.17.2")


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/prometheus",
        "/env",
        "/beans",
        "/routes",
        "/loggers",
        "/info",
        "/threaddump",
        "/heapdump",
        "/stop",
        "/refresh",
        "/caches",
        "/health/liveness",
        "/health/readiness",
        "/actuator",
        "/swagger",
        "/internal",
        "/runs",
        "/experiments",
        "/points",
        "/lines",
        "/.git/config",
        "/..",
        "/%2e%2e/etc/passwd",
    ],
)
def test_nothing_of_the_management_is_at_the_public_door(wire, path):
    for method in ("GET", "POST"):
        answer = wire.send(method, path, "{}" if method == "POST" else None, JSON if method == "POST" else {})
        assert answer.status in (400, 401, 403, 404, 405), f"{method} {path}: {answer.status} {answer.text[:300]}"


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "path",
    [
        "//api/2.0/mlflow/runs/search",
        "/api//2.0/mlflow/runs/search",
        "/api/2.0/mlflow/runs/search/",
        "/api/2.0/mlflow/%72uns/search",
        "/api/2.0/mlflow/runs%2fsearch",
        "/api/2.0/mlflow/Runs/Search",
        "/api/2.0/mlflow/./runs/search",
        "/api/2.0/mlflow/x/../runs/search",
        "/api/2.0/mlflow/runs/search;x=1",
        "/api/2.0/mlflow/runs/search%00",
        "/nope/../api/2.0/mlflow/runs/search",
        "/health/../api/2.0/mlflow/runs/search",
        "/health;/../api/2.0/mlflow/runs/search",
    ],
)
def test_other_spelling_of_a_route_leads_past_no_check(wire, path):
    """Whatever a spelling leads to, it is never a way round the check of the Host."""
    assert knock(wire, "POST", path, "{}", Host="evil.example").status in (400, 403, 404)
    assert knock(wire, "POST", path, "{}", Origin="http://evil.example").status in (400, 403, 404)
    assert knock(wire, "POST", path, "{}").status in (200, 400, 404, 405)


@pytest.mark.fourfold_only
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X-ODD"])
def test_odd_method_is_refused(wire, method):
    answer = wire.send(method, f"{TRACKING}experiments/get?experiment_id=0")
    assert answer.status in (400, 403, 404, 405, 501), answer.status


def test_answers_are_not_to_be_sniffed(wire, run_id):
    for answer in (
        wire.get("runs/get", run_id=run_id),
        wire.get("runs/get", run_id="0" * 32),
        wire.send("GET", "/nope"),
    ):
        assert answer.headers.get("x-content-type-options") == "nosniff"


@pytest.mark.fourfold_only
def test_unknown_route_does_not_echo_what_was_asked(wire):
    answer = wire.send("GET", "/%3Cscript%3Ealert(1)%3C/script%3E?x=<b>")
    assert "<script>alert" not in answer.text and "<b>" not in answer.text
    answer.tells_nothing_of_its_insides()


# --- how much a request may hold ---


def send_head(wire: Wire, path: str, headers: dict[str, str], body: bytes = b"") -> int:
    """Sends headers and perhaps a part of a body, and waits for the status of the answer."""
    lines = [f"POST {wire.prefix}{path} HTTP/1.1", f"Host: {wire.host}:{wire.port}"]
    lines += [f"{name}: {value}" for name, value in {**sign_in(), **JSON, **headers}.items()]
    with socket.create_connection((wire.host, wire.port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    ("path", "size"),
    [
        (f"{TRACKING}runs/log-batch", 17 * 1024 * 1024),
        (f"{TRACKING}runs/log-batch", 100 * 1024 * 1024),
        (f"{TRACKING}runs/log-batch", 2**40),
        (f"{TRACKING}runs/set-tag", 100 * 1024 * 1024),
        (f"{TRACKING}runs/log-inputs", 33 * 1024 * 1024),
        (f"{TRACKING}experiments/create", 100 * 1024 * 1024),
    ],
)
def test_body_announced_too_large_is_refused_before_it_comes(wire, path, size):
    began = time.perf_counter()
    status = send_head(wire, path, {"Content-Length": str(size)}, b'{"run_id": "')
    assert status == 413
    assert time.perf_counter() - began < 30  # a slow one would hold them up for minutes


@pytest.mark.fourfold_only
def test_body_in_chunks_that_grows_too_large_is_refused(wire):
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = (
        f"POST {wire.prefix}{TRACKING}runs/log-batch HTTP/1.1\r\nHost: {wire.host}:{wire.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in sign_in().items())
        + "\r\n"
    )
    with socket.create_connection((wire.host, wire.port), timeout=20) as connection:
        connection.sendall(head.encode())
        try:
            for _ in range(100 * 16):  # up to 100 MB
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused and closed while we were still sending
        try:
            response = http.client.HTTPResponse(connection)
            response.begin()
            assert response.status == 413
        except (ConnectionResetError, http.client.BadStatusLine):
            pass  # the close overtook the answer
    assert wire.send("GET", "/health").status == 200


@pytest.mark.fourfold_only
def test_batch_of_nearly_16_mb_is_taken(wire, run_id):
    tags = [{"key": f"t{i}", "value": "ä" * 8000} for i in range(100)]
    padding = " " * (15 * 1024 * 1024 - len(json.dumps(tags, ensure_ascii=False).encode()))
    body = json.dumps({"run_id": run_id, "tags": tags}, ensure_ascii=False)[:-1] + padding + "}"
    wire.send("POST", f"{TRACKING}runs/log-batch", body, JSON).ok()


@pytest.mark.fourfold_only
@pytest.mark.parametrize("headers", [{"Content-Length": "-1"}, {"Content-Length": "abc"}, {"Content-Length": "5, 6"}], ids=str)
def test_length_that_lies_is_refused(wire, headers):
    status = send_head(wire, f"{TRACKING}runs/search", headers, b"{}")
    assert status == 400


@pytest.mark.fourfold_only
def test_length_and_chunks_at_once_smuggle_nothing(wire):
    """Either refused, or read as one request: what follows the last chunk is never answered as a second one."""
    smuggled = f"GET {wire.prefix}{TRACKING}experiments/get?experiment_id=0 HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    body = "2\r\n{}\r\n0\r\n\r\n"
    head = (
        f"POST {wire.prefix}{TRACKING}runs/search HTTP/1.1\r\nHost: {wire.host}:{wire.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body) + len(smuggled)}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((wire.host, wire.port), timeout=20) as connection:
        connection.sendall((head + body + smuggled).encode())
        connection.settimeout(5)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except (TimeoutError, ConnectionResetError):
            pass
    answers = received.split(b"HTTP/1.1 ")[1:]
    assert len(answers) == 1 or answers[1][:3] in (b"400", b"403"), received[:1000]


@pytest.mark.fourfold_only
@pytest.mark.parametrize("length", [20_000, 200_000])
def test_address_that_is_too_long_is_refused(wire, length):
    answer = wire.send("GET", f"{TRACKING}runs/get?run_id={'a' * length}")
    assert answer.status in (400, 404, 413, 414, 431), answer.status


@pytest.mark.fourfold_only
def test_headers_that_are_too_large_are_refused(wire):
    answer = wire.send("GET", "/health", headers={"X-Large": "a" * 100_000})
    assert answer.status in (400, 413, 431), answer.status


def test_address_of_thousands_of_characters_is_read(wire):
    """Lists in a GET are repeated parameters: a legitimate address may have thousands of characters."""
    query = "&".join(f"x={i:032x}" for i in range(200))
    assert wire.send("GET", f"{TRACKING}experiments/get?experiment_id=0&{query}").status == 200


@pytest.mark.fourfold_only
def test_slow_clients_do_not_hold_up_others(wire):
    """Fifty connections that never finish their request; another client's calls go on."""
    head = f"POST {wire.prefix}{TRACKING}runs/log-batch HTTP/1.1\r\nHost: {wire.host}:{wire.port}\r\n".encode()
    slow = [socket.create_connection((wire.host, wire.port), timeout=20) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(head + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        began = time.perf_counter()
        for _ in range(10):
            wire.get("experiments/get", experiment_id="0").ok()
        assert time.perf_counter() - began < 30  # a slow one would hold them up for minutes
    finally:
        for connection in slow:
            connection.close()


# --- sign-in, where the server asks for it ---


@pytest.fixture
def without_sign_in(monkeypatch):
    if not sign_in():
        pytest.skip("the server under test asks for no sign-in (no MLFLOW_TRACKING_TOKEN or _USERNAME is set)")
    for name in ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("method", "path", "body"), ROUTES + V1_ROUTES)
@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic {wrong}"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Negotiate x"},
        {"Authorization": ""},
    ],
    ids=str,
)
def test_no_or_wrong_credentials_are_unauthenticated(wire, without_sign_in, method, path, body, credentials):
    # Somebody else each time: too many wrong passwords for one user are answered 429.
    wrong = base64.b64encode(f"{uuid.uuid4().hex}:wrong".encode()).decode()
    shown = {name: value.replace("{wrong}", wrong) for name, value in credentials.items()}
    answer = wire.send(method, path, body, {**(JSON if body is not None else {}), **shown})
    assert answer.status == 401, f"{answer.status} {answer.text[:300]}"
