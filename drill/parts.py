"""What drills are made of: an influxd of their own, a platform, and a caller that keeps its connection."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("FOURFOLD_TOOLS") or pathlib.Path.home() / ".cache/fourfold/bin")
MLFLOW = "/api/2.0/mlflow"
START = 1_763_000_000_000


class Failure(Exception):
    """What did not hold."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


class Influx:
    """An influxd of our own: one that Fourfold embeds would be started again at once."""

    def __init__(self, folder: pathlib.Path) -> None:
        named = os.environ.get("FOURFOLD_INFLUX_BINARY")
        self.program = named or (CACHE / "influxd" if (CACHE / "influxd").exists() else shutil.which("influxd"))
        if not self.program:
            raise Failure(f"there is no influxd in {CACHE} nor on the PATH: `./fourfold up` installs one")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        folder.mkdir(parents=True)
        self.log = folder / "influxd.log"
        self.configuration = folder / "influxdb.conf"
        # As Fourfold sets its own, but for the sign-in.
        self.configuration.write_text(f"""
            reporting-disabled = true
            bind-address = "127.0.0.1:0"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
              index-version = "tsi1"
              wal-fsync-delay = "0s"
              query-log-enabled = false
              max-series-per-database = 0
              max-values-per-tag = 0
            [monitor]
              store-enabled = false
            [subscriber]
              enabled = false
            [http]
              bind-address = "127.0.0.1:{self.port}"
              log-enabled = false
            [logging]
              level = "warn"
            """)
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "run", "-config", self.configuration], stdout=log, stderr=subprocess.STDOUT
            )

    def await_answer(self) -> None:
        limit = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/ping")
                if connection.getresponse().status == 204:
                    return
            check(time.monotonic() < limit and self.process.poll() is None, f"influxd does not start: {self.log}")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Platform:
    """Fourfold, with the settings that matter here."""

    def __init__(self, folder: pathlib.Path, influx: Influx, instances: int, **settings: str) -> None:
        several = ["--separate", "--service-ports", "0", "--metrics-instances", str(instances)] if instances else []
        self.process = subprocess.Popen(
            [HOME / "fourfold", "up", "--data-dir", folder, "--port", "0", *several],
            env={**os.environ, "FOURFOLD_INFLUX_URL": f"http://127.0.0.1:{influx.port}", **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.netloc = ""
        assert self.process.stdout
        for line in self.process.stdout:
            if ready := re.search(r"ready at http://(\S+)", line):
                self.netloc = ready[1]
                break
        check(bool(self.netloc), "Fourfold did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Answer:
    def __init__(self, response: http.client.HTTPResponse, took: float) -> None:
        self.status = response.status
        self.content = response.read()
        self.retry_after = response.getheader("Retry-After")
        self.took = took

    def json(self) -> dict:
        return json.loads(self.content)


class Caller:
    """One connection, kept, but for one that was not used for so long that the platform may be closing it."""

    IDLE = 20

    def __init__(self, netloc: str) -> None:
        self.connection = http.client.HTTPConnection(netloc, timeout=60)
        self.used = time.monotonic()

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        begin = time.perf_counter()
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        headers = {} if isinstance(body, bytes) else {"Content-Type": "application/json"}
        if time.monotonic() - self.used > self.IDLE:
            self.connection.close()
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        self.used = time.monotonic()
        return Answer(response, time.perf_counter() - begin)

    def expect(self, method: str, path: str, body: object = None) -> dict:
        answer = self.ask(method, path, body)
        check(answer.status == 200, f"{method} {path} answered {answer.status}: {answer.content[:300]!r}")
        return answer.json() if answer.content[:1] in (b"{", b"[") else {}
