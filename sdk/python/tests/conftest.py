"""A running platform, fresh runs there, what they hold, and a server between that misbehaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import mlflow
import pytest
import requests

import fourfold
from fourfold._door import session

LIMIT = 60.0


def pytest_configure() -> None:
    if not os.environ.get("FOURFOLD_URL"):
        raise pytest.UsageError("FOURFOLD_URL is not set: give the address of a platform, as http://127.0.0.1:5000")


@pytest.fixture(scope="session")
def url() -> str:
    return os.environ["FOURFOLD_URL"].rstrip("/")


@pytest.fixture(scope="session")
def experiment(url: str) -> Iterator[str]:
    mlflow.set_tracking_uri(url)
    name = f"sdk-{time.time_ns()}"
    yield mlflow.set_experiment(name).experiment_id


@pytest.fixture
def run_id(experiment: str) -> str:
    return mlflow.MlflowClient().create_run(experiment).info.run_id


@pytest.fixture(autouse=True)
def clean(experiment: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test begins and ends without a run, a capture or a rank."""
    for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "MLFLOW_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    mlflow.set_tracking_uri(url)
    before = sys.stdout, sys.stderr
    yield
    fourfold.autolog(disable=True)
    while mlflow.active_run():
        mlflow.end_run()
    assert (sys.stdout, sys.stderr) == before
    assert "FOURFOLD_RUN_ID" not in os.environ


class Log:
    """The lines of a run, oldest first, all pages."""

    def __init__(self, url: str, run_id: str) -> None:
        self.everything: list[dict[str, Any]] = []
        cursor = None
        http = session()  # signs in, where the platform asks for that
        while True:
            query: dict[str, Any] = {"limit": 10_000} | ({"cursor": cursor} if cursor else {})
            limit = time.monotonic() + LIMIT
            while True:
                answer = http.get(f"{url}/api/v1/runs/{run_id}/logs", params=query, timeout=60)
                if answer.status_code != 503 or time.monotonic() > limit:  # lines on their way to the store
                    break
                time.sleep(0.2)
            assert answer.ok, answer.text
            page = answer.json()
            self.everything += page["lines"]
            cursor = page["next"]
            if cursor is None:
                break
        self.lines = [line for line in self.everything if line["stream"] != "fourfold"]
        self.own = [line for line in self.everything if line["stream"] == "fourfold"]

    def messages(self, stream: str | None = None) -> list[str]:
        return [line["message"] for line in self.lines if stream in (None, line["stream"])]


@pytest.fixture
def log(url: str) -> Callable[[str], Log]:
    return lambda run_id: Log(url, run_id)


@pytest.fixture
def program(tmp_path: Path, url: str) -> Callable[..., subprocess.Popen[str]]:
    """Starts a Python program in a process of its own."""

    def start(text: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        file = tmp_path / f"program-{time.time_ns()}.py"
        file.write_text(text)
        environment = {**os.environ, "MLFLOW_TRACKING_URI": url, **variables}
        return subprocess.Popen(
            [sys.executable, str(file), *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
        )

    return start


def until(condition: Callable[[], object], what: str, seconds: float = LIMIT) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.02)


class Between:
    """A real HTTP server before the platform. `mood` decides what it does with a request."""

    def __init__(self, url: str, port: int = 0) -> None:
        self.mood: Callable[[int], str] = lambda number: "pass"
        self.requests: list[tuple[float, str, int]] = []  # when, what was done, bytes
        self.retry_after = "1"
        self.released = threading.Event()
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mood = between.mood(len(between.requests))
                between.requests.append((time.monotonic(), mood, len(body)))
                if mood in ("pass", "lose-answer"):
                    passed = ("Content-Type", "Content-Encoding", "Authorization")
                    headers = {name: value for name, value in self.headers.items() if name in passed}
                    answer = requests.post(url + self.path, data=body, headers=headers, timeout=60)
                    if mood == "pass":
                        self.answer(answer.status_code, answer.content)
                    else:
                        self.close_connection = True
                elif mood == "hang":
                    between.released.wait(LIMIT)
                    self.close_connection = True
                elif mood == "full":
                    problem = {"type": "urn:fourfold:problem:full", "status": 413, "detail": "The run has all its lines"}
                    self.answer(413, json.dumps(problem).encode())
                else:
                    self.answer(int(mood), json.dumps({"message": "not now"}).encode())

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if status == 503:
                    self.send_header("Retry-After", between.retry_after)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer.daemon_threads = True
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def between(url: str) -> Iterator[Between]:
    server = Between(url)
    yield server
    server.close()
