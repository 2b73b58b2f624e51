"""What drills are made of: stores of their own, a platform, and a caller that keeps its connection."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("FOURFOLD_TOOLS") or pathlib.Path.home() / ".cache/fourfold/bin")
MLFLOW = "/api/2.0/mlflow"
SECANTUS = "0.7.0b3"
START = 1_763_000_000_000


class Failure(Exception):
    """What did not hold."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Influx:
    """An influxd of our own: one that Fourfold embeds would be started again at once."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __init__(self, folder: pathlib.Path) -> None:
        named = os.environ.get("FOURFOLD_INFLUX_BINARY")
        self.program = named or (CACHE / "influxd" if (CACHE / "influxd").exists() else shutil.which("influxd"))
        if not self.program:
            raise Failure(f"there is no influxd in {CACHE} nor on the PATH: `./fourfold up` installs one")
        self.port = free_port()
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


class Mongo:
    """SecantusDB, WiredTiger behind MongoDB's protocol; from PyPI, once, where the tests have not installed it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.python = CACHE / f"secantusdb-{SECANTUS}/bin/python"
        if not self.python.exists():
            print("Installing SecantusDB, once ...", flush=True)
            self.python = folder / "python/bin/python"
            subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
            subprocess.run([self.python, "-m", "pip", "install", "--quiet", f"secantusdb=={SECANTUS}"], check=True)
        self.port = free_port()
        self.url = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        self.start()

    def start(self) -> None:
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-m", "secantus", *address, "--storage-path", self.folder / "data"],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )

    def await_answer(self) -> None:
        limit = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            check(time.monotonic() < limit and self.process.poll() is None, f"SecantusDB does not start: {self.folder}")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def instances(count: int) -> list[str]:
    """Options of `up`: each service a process, and so many of metrics-svc; for 0 one JVM."""
    return ["--separate", "--service-ports", "0", "--metrics-instances", str(count)] if count else []


class Platform:
    """Fourfold, with the options and settings that matter here."""

    def __init__(self, folder: pathlib.Path, *options: str, **settings: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [HOME / "fourfold", "up", "--data-dir", folder, "--port", "0", *options],
            env={**os.environ, **settings},
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

    def kill_service(self, name: str) -> None:
        """Kills a service that is a process of its own; the launcher starts it again."""
        os.kill(int((self.folder / name / "service.pid").read_text().split()[0]), signal.SIGKILL)

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
