"""Reads back everything that train.py logged, and says what it found, from which store, and how fast.

    python train.py --summary summary.json
    python report.py summary.json

The first argument is that file, or the output of train.py (its line `FOURFOLD_DEMO ...` is used), or `-` for standard
input. What cannot be read back exactly is marked and makes the exit status 1. The store named in each row is what the
gateway says of its own answer in the header `X-Fourfold-Store`; a server that does not say so gets a dash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import mlflow
import requests
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from fourfold_http import session
from train import digest

API = "/api/2.0/mlflow"


class Report:
    """The rows of the table; each is one reading, timed, with the stores that answered it."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []
        self.failures = 0
        self._stores: list[str] = []
        plain_send = requests.Session.send

        def observing_send(http: requests.Session, request: requests.PreparedRequest, **kwargs: object):
            answer = plain_send(http, request, **kwargs)  # MLflow's client reads through requests as well
            store = answer.headers.get("X-Fourfold-Store")
            self._stores += [name.strip() for name in store.split(",")] if store else []
            return answer

        requests.Session.send = observing_send

    def row(self, what: str, read: Callable[[], str]) -> None:
        """`read` returns what it found, and raises AssertionError where that is not what was logged."""
        self._stores.clear()
        began = time.perf_counter()
        try:
            found = read()
        except (AssertionError, mlflow.MlflowException, requests.RequestException) as e:
            self.failures += 1
            found = f"NOT AS LOGGED: {' '.join(str(e).split())[:160]}"
        took = (time.perf_counter() - began) * 1000
        self.rows.append((what, found, ", ".join(dict.fromkeys(self._stores)) or "-", f"{took:.1f}"))

    def print(self) -> None:
        heads = ("what", "found", "store", "ms")
        widths = [max(len(row[i]) for row in [heads, *self.rows]) for i in range(4)]
        for row in [heads, tuple("-" * width for width in widths), *self.rows]:
            cells = [cell.ljust(width) for cell, width in zip(row[:3], widths)]
            print("  ".join([*cells, row[3].rjust(widths[3])]))


class Reader:
    """One reading for each thing that train.py logged."""

    def __init__(self, summary: dict, base_url: str) -> None:
        self.summary, self.base = summary, base_url.rstrip("/")
        self.http = session()
        self.client = mlflow.MlflowClient()
        self.run_id = summary["run_id"]

    def get(self, route: str, **query: object) -> dict:
        answer = self.http.get(self.base + route, params=query, timeout=60)
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer.json()

    def experiment(self) -> str:
        found = self.get(f"{API}/experiments/get", experiment_id=self.summary["experiment_id"])["experiment"]
        assert found["name"] == self.summary["experiment_name"], found
        return f"{found['name']} ({found['experiment_id']})"

    def run(self) -> str:
        info = self.get(f"{API}/runs/get", run_id=self.run_id)["run"]["info"]
        assert info["status"] == "FINISHED", info
        return f"{info['run_name']}, {info['status'].lower()}"

    def params(self) -> str:
        found = self.client.get_run(self.run_id).data.params
        assert found == self.summary["params"], found
        return f"{len(found)} of {len(self.summary['params'])}"

    def tags(self) -> str:
        found = self.client.get_run(self.run_id).data.tags
        wanted = self.summary["tags"]
        assert wanted.items() <= found.items(), found
        return f"{len(wanted)} of {len(wanted)}, {len(found) - len(wanted)} of the client's own"

    def latest(self) -> str:
        found = self.client.get_run(self.run_id).data.metrics
        for key, sent in self.summary["metrics"].items():
            assert found.get(key) == sent["last"][2] or sent["points"] == 0, f"{key}: {found.get(key)}"
        return f"{len(found)} metrics"

    def history(self, key: str, sent: dict) -> Callable[[], str]:
        def read() -> str:
            points = [(m.timestamp, m.step, m.value) for m in self.client.get_metric_history(self.run_id, key)]
            assert len(points) == sent["points"], f"{len(points)} of {sent['points']} points"
            assert digest(points) == sent["sha256"], "other points than were logged"
            first, last = min(points), max(points)
            return f"{len(points)} points, all exact, {first[2]:.4g} to {last[2]:.4g}"

        return read

    def history_pages(self) -> str:
        key, sent = next(iter(self.summary["metrics"].items()))
        seen, pages, token = 0, 0, ""
        while True:
            query = {"run_id": self.run_id, "metric_key": key, "max_results": 1000}
            page = self.get(f"{API}/metrics/get-history", **query, **({"page_token": token} if token else {}))
            seen, pages, token = seen + len(page.get("metrics", [])), pages + 1, page.get("next_page_token", "")
            if not token:
                break
        assert seen == sent["points"], f"{seen} of {sent['points']} points"
        return f"{seen} points in {pages} pages"

    def logs(self, wanted: int | None, limit: int = 500, **query: str) -> Callable[[], str]:
        def read() -> str:
            lines, pages, cursor = [], 0, None
            while pages == 0 or cursor:
                onward = {"cursor": cursor} if cursor else {}
                page = self.get(f"/api/v1/runs/{self.run_id}/logs", limit=limit, **query, **onward)
                lines, pages, cursor = lines + page["lines"], pages + 1, page.get("next")
            names = {(line["writer"], line["stream"], line["sequence"]) for line in lines}
            assert len(names) == len(lines), "lines that come twice"
            assert wanted is None or len(lines) == wanted, f"{len(lines)} of {wanted} lines"
            return f"{len(lines)} line{'s' * (len(lines) != 1)} in {pages} page{'s' * (pages != 1)}"

        return read

    def artifacts(self) -> str:
        found, folders = [], [""]
        while folders:
            folder = folders.pop()
            listing = self.get(f"{API}/artifacts/list", run_id=self.run_id, **({"path": folder} if folder else {}))
            for item in listing.get("files", []):
                (folders if item.get("is_dir") else found).append(item["path"])
        missing = set(self.summary["artifacts"]) - set(found)
        assert not missing, f"missing {sorted(missing)}"
        return f"{len(found)} files"

    def download(self) -> str:
        checked = self.summary["checked_artifact"]
        root = f"{self.summary['experiment_id']}/{self.run_id}/artifacts"
        url = f"{self.base}/api/2.0/mlflow-artifacts/artifacts/{root}/{quote(checked['path'])}"
        answer = self.http.get(url, timeout=60)
        assert answer.ok, f"{answer.status_code} {answer.text}"
        assert hashlib.sha256(answer.content).hexdigest() == checked["sha256"], "other bytes than were logged"
        return f"{checked['path']}, {len(answer.content)} bytes, SHA-256 equal"

    def model(self) -> str:
        pixels, digits = load_digits(return_X_y=True)
        split = train_test_split(
            pixels / 16.0, digits, test_size=360, random_state=self.summary["seed"], stratify=digits
        )
        accuracy = float(mlflow.sklearn.load_model(self.summary["model_uri"]).score(split[1], split[3]))
        assert accuracy == self.summary["validation_accuracy"], f"accuracy {accuracy}"
        return f"loaded, 360 predictions, accuracy {accuracy:.4f} as trained"

    def search(self) -> str:
        found = self.client.search_runs(
            [self.summary["experiment_id"]],
            f"attributes.run_id = '{self.run_id}' AND metrics.`epoch/val_accuracy` > 0.5 AND params.solver = 'sgd'",
        )
        assert [run.info.run_id for run in found] == [self.run_id], found
        return "1 run, by metric and param"

    def grid_search(self) -> str:
        parent = self.summary["grid_search_run_id"]
        children = self.client.search_runs(
            [self.summary["experiment_id"]],
            f"tags.`mlflow.parentRunId` = '{parent}'",
            order_by=["metrics.mean_test_score DESC"],
        )
        best = self.client.get_run(parent).data.metrics["best_cv_score"]
        assert children and children[0].data.metrics["mean_test_score"] == best, "the best child is not the best"
        return f"{len(children)} child runs, best score {best:.4f}"


def load(path: str) -> dict:
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    marked = [line for line in text.splitlines() if line.startswith("FOURFOLD_DEMO ")]
    return json.loads(marked[-1][len("FOURFOLD_DEMO ") :] if marked else text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summary", help="what train.py wrote, or - for standard input")
    summary = load(parser.parse_args().summary)
    base = os.environ.get("MLFLOW_TRACKING_URI") or summary["tracking_uri"]
    mlflow.set_tracking_uri(base)

    report = Report()
    reader = Reader(summary, base)
    report.row("experiment", reader.experiment)
    report.row("run", reader.run)
    report.row("run, read again", reader.run)
    report.row("params", reader.params)
    report.row("tags", reader.tags)
    report.row("latest values", reader.latest)
    for key, sent in summary["metrics"].items():
        report.row(f"history of {key}", reader.history(key, sent))
    report.row("a history by pages", reader.history_pages)
    if summary["log_lines"] is None:
        print("The log lines were not kept by this server.")
    else:
        levels = summary["log_lines_by_level"]
        grave = sum(levels.get(level, 0) for level in ("WARN", "ERROR", "FATAL"))
        report.row("log lines", reader.logs(summary["log_lines"]))
        report.row("log lines, WARN and above", reader.logs(grave, level="WARN"))
        text = f"epoch {summary['params']['epochs']} of"
        report.row(f"log lines with '{text}'", reader.logs(1, q=text))
    report.row("artifacts", reader.artifacts)
    report.row("artifact downloaded", reader.download)
    report.row("model", reader.model)
    report.row("search", reader.search)
    report.row("grid search", reader.grid_search)
    report.print()
    points = sum(sent["points"] for sent in summary["metrics"].values())
    if report.failures:
        print(f"{report.failures} of {len(report.rows)} readings are not as logged.")
        return 1
    print(f"All {len(report.rows)} readings are as logged, {points} metric points among them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
