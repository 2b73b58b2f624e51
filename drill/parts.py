"""What drills are made of: stores of their own, a platform, and a caller that keeps its connection."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

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
    """A port that nobody listens at, below those that the system gives to connections meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


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


class Redis:
    """A redis-server of our own, with an append-only file as Fourfold's own has."""

    def __init__(self, folder: pathlib.Path, replica_of: int | None = None) -> None:
        self.replica_of = replica_of
        unpacked = sorted(CACHE.glob("redis-server-*"))
        self.program = os.environ.get("FOURFOLD_REDIS_BINARY") or (
            unpacked[-1] if unpacked else shutil.which("redis-server")
        )
        if not self.program:
            raise Failure(f"there is no redis-server in {CACHE} nor on the PATH: `./fourfold up` unpacks one")
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "data").mkdir()
        self.port = free_port()
        self.start()

    def start(self) -> None:
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "dir": self.folder / "data",
        }
        options = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
        if self.replica_of is not None:
            options += ["--replicaof", "127.0.0.1", str(self.replica_of)]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([self.program, *options], stdout=log, stderr=subprocess.STDOUT)
        limit = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                if self.command("PING") == b"+PONG\r\n":
                    return
            check(time.monotonic() < limit and self.process.poll() is None, f"Redis does not start: {self.folder}")
            time.sleep(0.02)

    def command(self, word: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"{word}\r\n".encode())
            return connection.recv(1000)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def copy(self, name: str) -> pathlib.Path:
        """A copy of what is on disk now."""
        return pathlib.Path(shutil.copytree(self.folder / "data", self.folder / name))

    def start_from(self, copy: pathlib.Path) -> None:
        shutil.rmtree(self.folder / "data")
        shutil.copytree(copy, self.folder / "data")
        self.start()


class Sentinel:
    """A real Redis Sentinel that watches a primary."""

    PRIMARY = "fourfold"

    def __init__(self, folder: pathlib.Path, primary: Redis, quorum: int, down_after: float) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        configuration = folder / "sentinel.conf"
        configuration.write_text(f"""
            port {self.port}
            bind 127.0.0.1
            dir "{folder}"
            sentinel monitor {self.PRIMARY} 127.0.0.1 {primary.port} {quorum}
            sentinel down-after-milliseconds {self.PRIMARY} {round(down_after * 1000)}
            sentinel failover-timeout {self.PRIMARY} 5000
            """)
        with (folder / "sentinel.log").open("ab") as log:
            self.process = subprocess.Popen(
                [primary.program, configuration, "--sentinel"], stdout=log, stderr=subprocess.STDOUT
            )

    def primary(self) -> int | None:
        """The port of the one that it takes for the primary."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"SENTINEL get-master-addr-by-name {self.PRIMARY}\r\n".encode())
            words = connection.recv(1000).split(b"\r\n")
            return int(words[4]) if len(words) > 4 else None
        return None

    def replicas(self) -> int:
        """How many replicas of it are known and fine."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"SENTINEL replicas {self.PRIMARY}\r\n".encode())
            return connection.recv(65536).count(b"\r\nslave\r\n")
        return 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Proxy:
    """Passes bytes between a port of its own and another one. While it is cut nothing passes, nobody is told, and what was
    on its way arrives afterwards, as with a network that fails."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.whole = threading.Event()
        self.whole.set()
        self.catch: tuple[bytes, threading.Event] | None = None
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def cut(self) -> None:
        self.whole.clear()

    def mend(self) -> None:
        self.whole.set()

    def catch_next(self, words: bytes) -> threading.Event:
        """Lets no more pass of a connection from the first request with these words on, and says so."""
        caught = threading.Event()
        self.catch = (words, caught)
        return caught

    def accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # Closed.
            threading.Thread(target=self.connect, args=(near,), daemon=True).start()

    def connect(self, near: socket.socket) -> None:
        self.whole.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=10)
            far.settimeout(None)
        except OSError:
            near.close()
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self.pump, args=(far, near, False), daemon=True).start()
        self.pump(near, far, True)

    def pump(self, source: socket.socket, sink: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.whole.wait()
                catch = self.catch
                if asking and catch and catch[0] in data:
                    self.catch = None
                    catch[1].set()
                    time.sleep(60)  # Whoever waits for this to arrive is killed now.
                    break
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self.listener.close()
        self.mend()


class Jar:
    """A service of ours from its own jar, with nothing but these settings."""

    def __init__(self, jar: str, log: pathlib.Path, port: int, **settings: str) -> None:
        self.jar, self.log, self.port, self.settings = HOME / jar, log, port, settings
        self.start()

    def start(self) -> None:
        java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin/java" if "JAVA_HOME" in os.environ else "java"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [java, "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-jar", self.jar],
                env={**os.environ, **self.settings},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def await_answer(self) -> None:
        limit = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            check(time.monotonic() < limit and self.process.poll() is None, f"{self.jar.name} does not start: {self.log}")
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
        self.services: dict[str, list[int]] = {}  # The ports of each, where they are processes of their own.
        assert self.process.stdout
        for line in self.process.stdout:
            if ready := re.search(r"ready at http://(\S+)", line):
                self.netloc = ready[1]
            elif service := re.match(r"  (\w+)-svc(?:-\d+)? +port (\d+) ", line):
                self.services.setdefault(service[1], []).append(int(service[2]))
            elif line.startswith("Stop with Ctrl-C."):
                break
        check(bool(self.netloc), "Fourfold did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def secret(self) -> dict[str, str]:
        """The setting by which separate processes know each other."""
        return {"FOURFOLD_SERVICE_SECRET": (self.folder / "service.secret").read_text().strip()}

    def addresses(self) -> dict[str, str]:
        """The settings by which a gateway finds the services, where they are processes of their own."""
        return {
            f"FOURFOLD_{service.upper()}_URL": ",".join(f"http://127.0.0.1:{port}" for port in ports)
            for service, ports in self.services.items()
        }

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
        self.store = response.getheader("X-Fourfold-Store")
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


def health_without(caller: Caller, part: str) -> dict:
    """What health says, once it names this store as away and no other: a busy machine may keep one silent for a second."""
    limit = time.monotonic() + 60
    while True:
        health = caller.expect("GET", "/api/v1/health")
        away = [store["part"] for store in health["stores"] if not store["available"]]
        if health["status"] == "degraded" and away == [part]:
            return health
        check(time.monotonic() < limit, f"health says {health}")
        time.sleep(0.2)


class Gone(Exception):
    """A gateway that is not there: what was asked of it may have happened or not."""


class Door:
    """A gateway, which may be away for a while when it was killed."""

    def __init__(self, name: str, netloc: str) -> None:
        self.name, self.netloc = name, netloc
        self.up = threading.Event()
        self.up.set()
        self.lives = 0


class Asker:
    """A connection to each gateway."""

    def __init__(self, doors: list[Door]) -> None:
        self.doors = doors
        self.callers: dict[tuple[str, int], Caller] = {}  # Of the life that they are connected to.
        self.took: list[float] = []
        self.kept = 0

    def ask(self, door: Door, method: str, path: str, body: object = None, fine: tuple[int, ...] = (200,)) -> Answer:
        lives = door.lives
        if not door.up.is_set():
            raise Gone
        key = (door.name, lives)
        try:
            if key not in self.callers:
                self.callers[key] = Caller(door.netloc)
            answer = self.callers[key].ask(method, path, body)
        except (OSError, http.client.HTTPException) as e:
            self.callers.pop(key, None)
            if door.up.is_set() and door.lives == lives:
                raise Failure(f"{door.name} gateway, {method} {path}: {type(e).__name__}: {e}") from e
            raise Gone from e
        if answer.status not in fine:
            raise Failure(f"{door.name} gateway, {method} {path} answered {answer.status}: {answer.content[:300]!r}")
        self.took.append(answer.took)
        self.kept += answer.store == "redis"
        return answer


class Worker(threading.Thread):
    """A thread that keeps what went wrong."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.wrong = ""

    def run(self) -> None:
        try:
            self.work()
        except Failure as e:
            self.wrong = str(e)
        except Exception as e:  # Told by the drill, which ends then.
            self.wrong = f"{type(e).__name__}: {e}"
            raise
