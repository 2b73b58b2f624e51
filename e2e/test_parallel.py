"""Many writers at once: nothing is lost, nothing is there twice, and what was read stays read."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag
from wire import Wire

WRITERS = 8
NOW = 1_700_000_000_000


def all_at_once(work, count: int = WRITERS) -> list:
    """Runs work(0), work(1), ... in threads that start together; raises what any of them raised."""
    gate = threading.Barrier(count)

    def wait_and_work(n: int):
        gate.wait()
        return work(n)

    with ThreadPoolExecutor(count) as pool:
        return [done.result() for done in [pool.submit(wait_and_work, n) for n in range(count)]]


def history(client: mlflow.MlflowClient, run_id: str, key: str) -> list[tuple[int, int, float]]:
    return [(m.timestamp, m.step, m.value) for m in client.get_metric_history(run_id, key)]


def test_threads_logging_into_one_run_lose_nothing(client, run_id):
    batches, points = 20, 25

    def work(n: int) -> None:
        mine = mlflow.MlflowClient()
        for b in range(batches):
            steps = range(b * points, (b + 1) * points)
            metrics = [Metric("shared", n * 1000.0 + step, NOW, step) for step in steps]
            metrics += [Metric(f"own-{n}", step / 2, NOW + step, step) for step in steps]
            mine.log_batch(run_id, metrics, [Param(f"p-{n}-{b}", str(b))], [RunTag(f"t-{n}", str(b))])

    all_at_once(work)
    steps = range(batches * points)
    assert history(client, run_id, "shared") == [(NOW, s, n * 1000.0 + s) for s in steps for n in range(WRITERS)]
    for n in range(WRITERS):
        assert history(client, run_id, f"own-{n}") == [(NOW + s, s, s / 2) for s in steps]
    run = client.get_run(run_id)
    assert run.data.params == {f"p-{n}-{b}": str(b) for n in range(WRITERS) for b in range(batches)}
    assert {f"t-{n}": run.data.tags[f"t-{n}"] for n in range(WRITERS)} == {
        f"t-{n}": str(batches - 1) for n in range(WRITERS)
    }
    assert run.data.metrics["shared"] == (WRITERS - 1) * 1000.0 + steps[-1]  # the greatest by step, timestamp, value


PROGRAM = """
import sys, mlflow
uri, run_id, n, batches = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
mlflow.set_tracking_uri(uri)
with mlflow.start_run(run_id=run_id):
    for b in range(batches):
        mlflow.log_metrics({"shared": n * 1000 + b, f"own-{n}": b / 4}, step=b, timestamp=1_700_000_000_000)
        mlflow.log_metric(f"single-{n}", b, step=b, timestamp=1_700_000_000_000 + b)
    mlflow.log_param(f"p-{n}", n)
    mlflow.set_tag(f"t-{n}", n)
    mlflow.log_text(str(n), f"out/{n}.txt")
"""


def test_processes_logging_into_one_run_lose_nothing(wire, client, run_id, tmp_path):
    batches = 25
    program = tmp_path / "writer.py"
    program.write_text(PROGRAM)
    started = [
        subprocess.Popen(
            [sys.executable, str(program), wire.url, run_id, str(n), str(batches)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for n in range(WRITERS)
    ]
    outputs = [process.communicate(timeout=180)[0] for process in started]
    assert [process.returncode for process in started] == [0] * WRITERS, "\n".join(outputs)[-2000:]
    wanted = sorted((NOW, b, float(n * 1000 + b)) for n in range(WRITERS) for b in range(batches))
    assert history(client, run_id, "shared") == wanted
    for n in range(WRITERS):
        assert history(client, run_id, f"own-{n}") == [(NOW, b, b / 4) for b in range(batches)]
        assert history(client, run_id, f"single-{n}") == [(NOW + b, b, float(b)) for b in range(batches)]
        assert Path(client.download_artifacts(run_id, f"out/{n}.txt", str(tmp_path))).read_text() == str(n)
    run = client.get_run(run_id)
    assert run.data.params == {f"p-{n}": str(n) for n in range(WRITERS)}
    assert {run.data.tags[f"t-{n}"] for n in range(WRITERS)} == {str(n) for n in range(WRITERS)}


def test_runs_made_at_once_are_all_there(client, experiment_id):
    def work(n: int) -> list[str]:
        mine = mlflow.MlflowClient()
        made = []
        for i in range(10):
            run = mine.create_run(experiment_id, run_name=f"{n}-{i}")
            mine.log_metric(run.info.run_id, "m", n * 10 + i)
            mine.set_terminated(run.info.run_id)
            made.append(run.info.run_id)
        return made

    made = [run_id for ids in all_at_once(work) for run_id in ids]
    found = client.search_runs([experiment_id], max_results=1000)
    assert sorted(run.info.run_id for run in found) == sorted(made)
    assert {run.data.metrics["m"] for run in found} == set(map(float, range(80)))
    assert {run.info.status for run in found} == {"FINISHED"}


def test_one_of_conflicting_params_wins(wire: Wire, run_id):
    def work(n: int) -> int:
        return wire.post("runs/log-parameter", {"run_id": run_id, "key": "p", "value": str(n)}).status

    statuses = all_at_once(work)
    assert sorted(statuses) == [200] + [400] * (WRITERS - 1)
    params = wire.get("runs/get", run_id=run_id).ok()["run"]["data"]["params"]
    assert params == [{"key": "p", "value": str(statuses.index(200))}]


@pytest.mark.fourfold_only
def test_equal_params_at_once_are_one(wire: Wire, run_id):
    def work(n: int) -> int:
        params = [{"key": f"p{i}", "value": str(i)} for i in range(50)]
        return wire.post("runs/log-batch", {"run_id": run_id, "params": params if n % 2 else params[::-1]}).status

    assert all_at_once(work) == [200] * WRITERS
    assert len(wire.get("runs/get", run_id=run_id).ok()["run"]["data"]["params"]) == 50


def test_one_of_equal_experiments_is_made(wire: Wire, unique):
    answers = all_at_once(lambda n: wire.post("experiments/create", {"name": f"race-{unique}"}))
    assert sorted(answer.status for answer in answers) == [200] + [400] * (WRITERS - 1)
    for answer in answers:
        if answer.status == 400:
            answer.refused(400, "RESOURCE_ALREADY_EXISTS", "already exists")


def test_tags_of_many_writers_do_not_deadlock(wire: Wire, run_id):
    def work(n: int) -> set[int]:
        keys = [f"k{i}" for i in range(30)]
        order = keys if n % 2 else keys[::-1]
        return {
            wire.post(
                "runs/log-batch",
                {
                    "run_id": run_id,
                    "tags": [{"key": key, "value": f"{n}-{i}"} for key in order],
                    "metrics": [{"key": key, "value": n, "timestamp": NOW, "step": i} for key in order],
                },
            ).status
            for i in range(15)
        }

    assert all_at_once(work) == [{200}] * WRITERS
    run = wire.get("runs/get", run_id=run_id).ok()["run"]["data"]
    assert {metric["value"] for metric in run["metrics"]} == {WRITERS - 1.0}  # of the last step, the greatest
    assert {metric["step"] for metric in run["metrics"]} == {14}
    last = {tag["value"].split("-")[1] for tag in run["tags"] if tag["key"].startswith("k")}
    assert last <= {"14"}


@pytest.mark.parametrize("through", ["get", "search", "history"])
def test_reads_never_go_back(wire: Wire, experiment_id, run_id, through):
    """One writer counts up; what a reader saw once, or was acknowledged before it asked, every later read sees."""
    acknowledged = [0]
    stop = threading.Event()

    def look() -> int:
        if through == "history":
            found = wire.get("metrics/get-history", run_id=run_id, metric_key="n").ok().get("metrics", [])
            return len(found)
        if through == "get":
            data = wire.get("runs/get", run_id=run_id).ok()["run"]["data"]
        else:
            data = wire.post("runs/search", {"experiment_ids": [experiment_id]}).ok()["runs"][0]["data"]
        return int(data["metrics"][0]["value"]) if "metrics" in data else 0

    def write() -> None:
        end = time.monotonic() + 4
        n = 0
        while time.monotonic() < end:
            n += 1
            body = {"run_id": run_id, "key": "n", "value": n, "timestamp": NOW, "step": n}
            wire.post("runs/log-metric", body).ok()
            acknowledged[0] = n
        stop.set()

    def read() -> int:
        seen = reads = 0
        while not stop.is_set():
            floor = max(seen, acknowledged[0])
            seen = look()
            assert seen >= floor, f"saw {seen} after {floor}"
            reads += 1
        return reads

    with ThreadPoolExecutor(4) as pool:
        writer = pool.submit(write)
        readers = [pool.submit(read) for _ in range(3)]
        try:
            writer.result()
        finally:
            stop.set()
        assert all(reader.result() > 0 for reader in readers)
    assert look() == acknowledged[0] > 10


def test_uploads_at_once_are_whole(client, run_id, tmp_path):
    def work(n: int) -> None:
        content = json.dumps([n] * 50_000)
        for i in range(5):
            mlflow.MlflowClient().log_text(run_id, content, f"files/{n}-{i}.json")
            mlflow.MlflowClient().log_text(run_id, content, "one.json")

    all_at_once(work)
    for n in range(WRITERS):
        for i in range(5):
            path = client.download_artifacts(run_id, f"files/{n}-{i}.json", str(tmp_path))
            assert json.loads(Path(path).read_text()) == [n] * 50_000
    last = json.loads(Path(client.download_artifacts(run_id, "one.json", str(tmp_path))).read_text())
    assert len(last) == 50_000 and len(set(last)) == 1  # one writer's file, not a mixture
