"""The platform is away, slow or strange: the training goes on, and every line is there once when it is back."""

from __future__ import annotations

import contextlib
import random
import signal
import socket

import pytest
from conftest import Between, Log, until

import fourfold


def free_port() -> int:
    """Below the ports that the system gives to connections meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            return port


def test_away_for_the_whole_training(run_id, capsys):
    most, lines = 256 << 10, 20_000
    with fourfold.capture(
        run_id, tracking_uri=f"http://127.0.0.1:{free_port()}", max_bytes=most, flush_seconds=0.5
    ) as capture:
        for n in range(lines):
            print("line", n)
            if n % 5000 == 0:
                buffer = capture._state.buffer
                assert buffer._bytes <= most
        until(lambda: capture.counts.dropped, "the first lines were tried")
    out, err = capsys.readouterr()
    assert out == "".join(f"line {n}\n" for n in range(lines))
    told = err.splitlines()
    assert len(told) == 3, told
    for said in ("takes no log lines now (no connection)", "memory for log lines is full", "could not be sent in time"):
        assert err.count(said) == 1
    assert capture.counts.accepted == 0
    assert capture.counts.dropped >= lines


def test_nobody_answers_and_leaving_takes_no_longer_than_said(run_id, between, capsys):
    between.mood = lambda number: "hang"
    with fourfold.capture(run_id, tracking_uri=between.url, flush_seconds=0.5) as capture:
        print("line")
        until(lambda: between.requests, "it was tried")
        for n in range(1000):
            print(n)
        assert capture.counts.accepted == 0
    assert capsys.readouterr().err.count("could not be sent in time") == 1
    assert capture.counts.dropped == 1002


def test_away_for_a_while(run_id, url, log, capsys):
    port = free_port()
    with fourfold.capture(run_id, tracking_uri=f"http://127.0.0.1:{port}", flush_seconds=60) as capture:
        for n in range(3000):
            print("line", n)
        until(lambda: capture._state._said, "it noticed")
        server = Between(url, port)
        for n in range(3000, 3100):
            print("line", n)
    server.close()
    assert log(run_id).messages() == [f"line {n}" for n in range(3100)]
    assert capsys.readouterr().err.count("fourfold:") == 1


def test_every_way_to_fail_leaves_each_line_once(run_id, between, log):
    moods = ["503", "lose-answer", "500", "pass", "lose-answer", "429", "pass", "502", "lose-answer"]
    between.mood = lambda number: moods[number] if number < len(moods) else "pass"
    between.retry_after = "0"
    with fourfold.capture(run_id, tracking_uri=between.url, flush_seconds=60) as capture:
        for n in range(3500):
            print("line", n)
        assert capture.flush(60)
    found = log(run_id)
    assert found.messages() == [f"line {n}" for n in range(3500)]
    assert capture.counts == (3501, 0, 0, 0)
    assert [mood for _, mood, _ in between.requests[: len(moods)]] == moods


def test_retry_after_is_honoured(run_id, between, log):
    between.mood = lambda number: "503" if number == 0 else "pass"
    between.retry_after = "2"
    with fourfold.capture(run_id, tracking_uri=between.url) as capture:
        print("line")
        until(lambda: capture.counts.accepted == 2, "it was sent")
    first, second = between.requests[:2]
    assert second[0] - first[0] >= 1.9
    assert log(run_id).messages() == ["line"]


def test_wait_grows(run_id, between):
    between.mood = lambda number: "500"
    with fourfold.capture(run_id, tracking_uri=between.url, flush_seconds=0):
        print("line")
        until(lambda: len(between.requests) >= 5, "it was tried")
        pauses = [b[0] - a[0] for a, b in zip(between.requests, between.requests[1:], strict=False)]
        assert pauses[3] > 0.9  # 0.25 s doubled three times, and at least half of that


def test_dropped_lines_are_told_in_their_place(run_id, between, log, capsys):
    between.mood = lambda number: "503"
    between.retry_after = "0"
    with fourfold.capture(run_id, tracking_uri=between.url, max_bytes=64 << 10, flush_seconds=60) as capture:
        print("first")
        until(lambda: between.requests, "the first line is on its way")
        for n in range(1000):
            print("line", n)
        between.mood = lambda number: "pass"
    found = log(run_id)
    (told,) = [line for line in found.own if line["level"] == "WARN"]
    dropped = told["fields"]["dropped"]
    assert found.messages() == ["first"] + [f"line {n}" for n in range(dropped, 1000)]
    assert 0 < dropped < 1000
    assert found.everything[1 + found.messages().index("first") + 1] == told
    assert f"{dropped} lines were dropped here" in told["message"]
    assert capture.counts == (1 + 1 + 1000 - dropped + 1, 0, dropped, 0)
    assert capsys.readouterr().err.count("memory for log lines is full") == 1


def test_refused_line_does_not_take_its_batch_along(run_id, log, capsys, monkeypatch):
    # A name of a stream that the platform refuses: nothing that this package would send.
    with fourfold.capture(run_id) as capture:
        for n in range(50):
            print("line", n)
            if n in (10, 30):
                capture._state.buffer.add("bad\nname", "INFO", "refused")
    assert log(run_id).messages() == [f"line {n}" for n in range(50)]
    assert capture.counts == (51, 0, 0, 2)
    assert capsys.readouterr().err.count("refused a log line: 400") == 1


@pytest.mark.parametrize("status", ["401", "403", "404", "405", "302"])
def test_refusal_for_good_ends_it_and_is_said_once(status, run_id, between, capsys):
    between.mood = lambda number: status
    with fourfold.capture(run_id, tracking_uri=between.url) as capture:
        print("line")
        until(lambda: capture._state.sender.stopped, "it ended")
        for n in range(5000):
            print(n)
        assert len(capture._state.buffer) <= 2
    assert len(between.requests) == 1
    err = capsys.readouterr().err
    assert err.count(f"takes no log lines of this run ({status}") == 1


def test_server_that_refuses_everything_is_asked_a_few_times_only(run_id, between, capsys):
    between.mood = lambda number: "400"
    with fourfold.capture(run_id, tracking_uri=between.url):
        for n in range(1000):
            print(n)
    assert len(between.requests) < 100
    assert capsys.readouterr().err.count("takes no log lines of this run (400") == 1


def test_mistake_of_this_package_does_not_reach_the_training(run_id, capsys, monkeypatch):
    with fourfold.capture(run_id, flush_seconds=0) as capture:
        monkeypatch.setattr(capture._state, "piece", lambda *_: 1 / 0)
        for n in range(3):
            print(n)
    out, err = capsys.readouterr()
    assert out == "0\n1\n2\n"
    assert err.count("the log capture ends, as it failed: ZeroDivisionError") == 1


def test_credentials_and_certificates_are_those_of_mlflow(monkeypatch, tmp_path):
    import base64

    import requests

    from fourfold._door import session

    def header() -> str | None:
        return session().prepare_request(requests.Request("GET", "http://x/")).headers.get("Authorization")

    def basic(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    for name in ("USERNAME", "PASSWORD", "TOKEN", "INSECURE_TLS", "SERVER_CERT_PATH", "CLIENT_CERT_PATH"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert header() is None
    assert (session().verify, session().cert) == (True, None)
    (tmp_path / ".mlflow").mkdir()
    (tmp_path / ".mlflow/credentials").write_text(
        "[mlflow]\nmlflow_tracking_username = file\nmlflow_tracking_password = 100%\n"
    )
    assert header() == basic("file:100%")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ann")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "größe")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    assert header() == basic("ann:größe"), "as MLflow's client: the name goes before the token"
    monkeypatch.delenv("MLFLOW_TRACKING_USERNAME")
    monkeypatch.delenv("MLFLOW_TRACKING_PASSWORD")
    (tmp_path / ".mlflow/credentials").unlink()
    assert header() == "Bearer secret"
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", "/ca.pem")
    monkeypatch.setenv("MLFLOW_TRACKING_CLIENT_CERT_PATH", "/me.pem")
    assert (session().verify, session().cert) == ("/ca.pem", "/me.pem")
    monkeypatch.delenv("MLFLOW_TRACKING_SERVER_CERT_PATH")
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    assert session().verify is False


KILLED = """
import os, sys, fourfold
with fourfold.capture(sys.argv[1]) as capture:
    n = 0
    while True:
        print("line", n)
        n += 1
        if n % 500 == 0:
            capture.flush(30)
            print(capture.counts.accepted, file=sys.__stderr__, flush=True)
"""


def test_kill_9_leaves_what_was_acknowledged_once(run_id, url, program):
    process = program(KILLED, run_id)
    acknowledged = 0
    while acknowledged < 3000:
        acknowledged = int(process.stderr.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    found = Log(url, run_id).messages()
    assert len(found) >= acknowledged - 1  # one more line says who writes
    assert found == [f"line {n}" for n in range(len(found))]


def test_large_batches_are_packed(run_id, between, log):
    with fourfold.capture(run_id, tracking_uri=between.url):
        for n in range(1000):
            print("the same again and again", n % 7)
    assert len(log(run_id).lines) == 1000
    assert sum(size for _, _, size in between.requests) < 60_000


def test_run_that_is_full_is_told_once_and_the_training_goes_on(run_id, between, log, capsys):
    between.mood = lambda number: "pass" if number == 0 else "full"
    with fourfold.capture(run_id, tracking_uri=between.url, flush_seconds=5) as capture:
        print("first")
        until(lambda: capture.counts.accepted, "the first line was taken")
        for n in range(5000):
            print("line", n)
        until(lambda: capture._state.sender.stopped, "it gave up")
        for n in range(5000):
            print("later", n)
    out, err = capsys.readouterr()
    assert out.count("\n") == 10_001
    told = err.splitlines()
    assert len(told) == 1 and "413 The run has all its lines" in told[0], told
    assert len(between.requests) == 2
    assert log(run_id).messages("stdout") == ["first"]
