"""The few plain HTTP calls that MLflow's client has no word for: a run's log lines."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import uuid
from collections import defaultdict

import requests

LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL", "NOTSET": "TRACE"}  # Python's names, where Fourfold's differ
ATTEMPTS = 5


def session() -> requests.Session:
    """A session that signs in the way MLflow's own client does: by the same environment variables."""
    http = requests.Session()
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    user = os.environ.get("MLFLOW_TRACKING_USERNAME")
    if token:
        http.headers["Authorization"] = f"Bearer {token}"
    elif user:
        http.auth = (user, os.environ.get("MLFLOW_TRACKING_PASSWORD", ""))
    return http


class RunLogHandler(logging.Handler):
    """Sends log records to a run's log, in batches.

    A line's identity is (run, writer, stream, sequence), so a batch that is sent again after a lost answer adds
    nothing. A server that keeps no logs (a plain MLflow server) is noted once, and the training goes on.
    """

    def __init__(self, base_url: str, run_id: str, batch: int = 200) -> None:
        super().__init__()
        self.url = f"{base_url.rstrip('/')}/api/v1/runs/{run_id}/logs"
        self.batch = batch
        self.writer = uuid.uuid4().hex  # of this process: a resumed run never collides with an earlier one
        self.accepted = 0  # lines that the server said it has
        self.by_level: dict[str, int] = defaultdict(int)
        self.kept = True
        self._http = session()
        self._next: dict[str, int] = defaultdict(int)
        self._waiting: list[dict] = []
        self._sending = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        # logging calls this under the handler's lock: numbers are given in order.
        if not self.kept or record.name.startswith("urllib3"):  # its lines would make more of themselves
            return
        line = {
            "time": int(record.created * 1_000_000) * 1_000,
            "stream": record.name,
            "level": LEVELS.get(record.levelname, record.levelname),
            "message": self.format(record),
            "writer": self.writer,
            "sequence": self._next[record.name],
            "rank": 0,
        }
        fields = getattr(record, "fields", None)
        if fields:
            line["fields"] = fields
        self._next[record.name] += 1
        self._waiting.append(line)
        if len(self._waiting) >= self.batch:
            self.flush()

    def flush(self) -> None:
        with self._sending:
            while self.kept and self._waiting:
                lines = self._waiting[: self.batch]
                self._send(lines)
                del self._waiting[: len(lines)]

    def _send(self, lines: list[dict]) -> None:
        body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        for attempt in range(1, ATTEMPTS + 1):
            answer, problem = None, ""
            try:
                answer = self._http.post(
                    self.url, data=body, headers={"Content-Type": "application/x-ndjson"}, timeout=30
                )
                problem = f"{answer.status_code} {answer.text[:200]}"
            except requests.RequestException as e:
                problem = str(e)
            if answer is not None and answer.ok:
                self.accepted += len(lines)
                for line in lines:
                    self.by_level[line["level"]] += 1
                return
            if answer is not None and answer.status_code in (404, 405) and "error_code" not in answer.text:
                self.kept = False
                print("This server keeps no logs (404): the log lines stay on this screen.", flush=True)
                return
            if answer is not None and answer.status_code < 500 and answer.status_code not in (408, 429):
                raise RuntimeError(f"The log lines were refused: {problem}")
            if attempt == ATTEMPTS:
                raise RuntimeError(f"The log lines could not be sent: {problem}")
            wait = answer.headers.get("Retry-After", "") if answer is not None else ""
            time.sleep(min(int(wait), 30) if wait.isdigit() else 0.5 * 2**attempt)

    def close(self) -> None:
        try:
            self.flush()
        finally:
            super().close()
