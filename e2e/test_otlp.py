"""Log lines from OpenTelemetry's own SDK: `POST /v1/logs`, by its stock exporter over HTTP."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from wire import Wire, sign_in

pytestmark = pytest.mark.fourfold_only

LINES = 1_500  # Fewer than the queue of the SDK holds: it drops what is over.
Setup = Callable[..., tuple[logging.Logger, LoggerProvider]]


@pytest.fixture
def setup(wire: Wire) -> Iterator[Setup]:
    """A logger whose records OpenTelemetry exports, as its documentation has it."""
    providers = []

    def make(attributes: dict, **more: object) -> tuple[logging.Logger, LoggerProvider]:
        provider = LoggerProvider(resource=Resource.create(attributes))
        exporter = OTLPLogExporter(
            endpoint=f"{wire.url}/v1/logs", headers={**sign_in(), **more.pop("headers", {})}, **more
        )
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
        providers.append(provider)
        logger = logging.getLogger(f"train.{uuid.uuid4().hex}")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(LoggingHandler(logger_provider=provider))
        return logger, provider

    yield make
    for provider in providers:
        provider.shutdown()


def read(wire: Wire, run_id: str) -> list[dict]:
    lines: list[dict] = []
    cursor = ""
    while True:
        page = wire.send("GET", f"/api/v1/runs/{run_id}/logs?limit=1000{cursor}").ok()
        lines += page["lines"]
        if not page["next"]:
            return lines
        cursor = f"&cursor={page['next']}"


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_records_of_the_exporter_are_kept_once_and_in_order(
    wire: Wire, run_id: str, setup: Setup, compression: Compression
) -> None:
    attributes = {"mlflow.run_id": run_id, "fourfold.rank": 1, "service.name": "train"}
    logger, provider = setup(attributes, compression=compression)
    for number in range(LINES):
        logger.info("line %d, ünïcödé", number, extra={"epoch": number // 100})
    try:
        raise ValueError("a loss of NaN")
    except ValueError:
        logger.exception("stopped")
    assert provider.force_flush(60_000)
    lines = read(wire, run_id)
    assert [line["message"] for line in lines] == [f"line {n}, ünïcödé" for n in range(LINES)] + ["stopped"]
    assert {line["stream"] for line in lines} == {logger.name}
    assert {line["rank"] for line in lines} == {1}
    assert [line["fields"]["epoch"] for line in lines[:-1]] == [n // 100 for n in range(LINES)]
    assert lines[0]["fields"]["resource"]["service.name"] == "train"
    assert lines[-1]["level"] == "ERROR"
    assert "ValueError: a loss of NaN" in lines[-1]["fields"]["exception.stacktrace"]


def test_header_names_the_run(wire: Wire, run_id: str, setup: Setup) -> None:
    logger, provider = setup({}, headers={"x-mlflow-run-id": run_id})
    logger.warning("of the header's run")
    assert provider.force_flush(30_000)
    assert [(line["message"], line["level"]) for line in read(wire, run_id)] == [("of the header's run", "WARN")]


def test_json_sent_twice_is_kept_once(wire: Wire, run_id: str) -> None:
    record = {
        "timeUnixNano": str(time.time_ns()),
        "severityNumber": 9,
        "body": {"stringValue": "twice"},
        "attributes": [{"key": "mlflow.run_id", "value": {"stringValue": run_id}}],
    }
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record, record]}]}]})
    for _ in range(2):
        answer = wire.send("POST", "/v1/logs", body, {"Content-Type": "application/json"})
        assert answer.ok() == {}
    assert [line["message"] for line in read(wire, run_id)] == ["twice", "twice"]


def test_record_without_a_run_is_told(wire: Wire) -> None:
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "lost"}}]}]}]})
    answer = wire.send("POST", "/v1/logs", body, {"Content-Type": "application/json"})
    assert answer.status == 400
    assert "mlflow.run_id" in answer.json()["message"]
