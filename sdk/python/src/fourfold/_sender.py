"""Sends lines to the platform, from a thread of its own."""

from __future__ import annotations

import gzip
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote

import requests

from ._buffer import Buffer, Line
from ._door import session

BATCH_LINES = 1000
_BATCH_BYTES = 2 << 20
_PACKED_FROM = 1024
_INTERVAL = 0.25
_TIMEOUTS = (5.0, 30.0)  # to connect, and between two bytes of the answer
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 30.0
_MOST_REFUSED = 20
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_BAD_LINES = frozenset({400, 413, 422})
_FULL = "urn:fourfold:problem:full"

own_threads: set[int] = set()
"""Threads whose own output and log records are never captured: they would make more of themselves."""


class Refused(Exception):
    """The platform will not take what was sent, however often."""

    def __init__(self, status: int, why: str, full: bool = False) -> None:
        super().__init__(f"{status} {why}".rstrip())
        self.status = status
        self.full = full


class GivenUp(Exception):
    """There is no time left."""


class Sender:
    """Empties a buffer. A batch is sent until it is answered: by a line's identity the second time changes nothing."""

    def __init__(
        self,
        url: str,
        run_id: str,
        buffer: Buffer,
        rank: int | None,
        tick: Callable[[], None],
        say: Callable[[str, str], None],
    ) -> None:
        self.writer = uuid.uuid4().hex
        self.accepted = 0
        self.refused = 0
        self._url = f"{url.rstrip('/')}/api/v1/runs/{quote(run_id, safe='')}/logs"
        self._where = url
        self._buffer = buffer
        self._end = f',"writer":"{self.writer}"' + ("" if rank is None else f',"rank":{rank}')
        self._tick = tick
        self._say = say
        self._http: requests.Session | None = None
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._deadline = 0.0
        self._settled = threading.Condition()
        self._in_flight = 0
        self._refused_in_a_row = 0
        self.stopped = False

    def start(self) -> None:
        """Starts the thread, unless it runs."""
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="fourfold-logs", daemon=True)
            thread.start()
            self._thread = thread

    def wake(self) -> None:
        """There is enough for a batch."""
        self._wake.set()

    @property
    def waiting(self) -> int:
        """How many lines the platform has not answered for."""
        return len(self._buffer) + self._in_flight

    def flush(self, seconds: float) -> bool:
        """Waits until all that was added so far is answered for, at most this long; tells whether it is."""
        target = self._buffer.added
        self._wake.set()
        with self._settled:
            self._settled.wait_for(lambda: self.stopped or self._done() >= target, seconds)
        return self._done() >= target

    def close(self, seconds: float) -> int:
        """Sends what there is, within this time, and ends; gives how many lines were lost."""
        self._deadline = time.monotonic() + seconds
        self._closing.set()
        self._wake.set()
        thread = self._thread
        if thread is None and self._buffer:
            try:
                self.start()
                thread = self._thread
            except RuntimeError:  # too late for a new thread: the interpreter ends
                self._run()
        if thread is not None:
            thread.join(seconds)
        self.stopped = True
        return self._in_flight + self._buffer.clear()

    def _done(self) -> int:
        return self.accepted + self.refused + self._buffer.dropped

    def _run(self) -> None:
        me = threading.get_ident()
        own_threads.add(me)
        try:
            self._work()
        except Exception as e:  # whatever it is, it must not reach the training
            self._say("stop", f"the log capture ends, as it failed: {e!r}")
        finally:
            own_threads.discard(me)
            with self._settled:
                self.stopped = True
                self._settled.notify_all()
            if self._http is not None:
                self._http.close()

    def _work(self) -> None:
        while True:
            closing = self._closing.is_set()
            self._wake.wait(0 if closing else _INTERVAL)
            self._wake.clear()
            if not closing:
                self._tick()
            while batch := self._buffer.take(BATCH_LINES, _BATCH_BYTES):
                if self._buffer.dropped:
                    self._say("dropped", f"memory for log lines is full: the oldest are dropped ({self._where})")
                self._in_flight = len(batch)
                try:
                    self._deliver(batch)
                except GivenUp:
                    return
                except Refused as e:
                    self._say("stop", f"{self._where} takes no log lines of this run ({e}): they are not kept")
                    return
                with self._settled:
                    self._in_flight = 0
                    self._settled.notify_all()
            if closing:
                return

    def _deliver(self, batch: list[Line]) -> None:
        parts = [batch]
        while parts:
            lines = parts.pop()
            try:
                self._send(lines)
            except Refused as e:
                if e.full or e.status not in _BAD_LINES or self._refused_in_a_row >= _MOST_REFUSED:
                    raise
                if len(lines) > 1:  # the batch is taken or not as a whole: find the line that is at fault
                    middle = len(lines) // 2
                    parts += [lines[middle:], lines[:middle]]
                    continue
                self.refused += 1
                self._refused_in_a_row += 1
                self._say("refused", f"{self._where} refused a log line: {e}")
            else:
                self.accepted += len(lines)
                self._refused_in_a_row = 0
            self._in_flight -= len(lines)

    def _send(self, lines: list[Line]) -> None:
        body = self._body(lines)
        headers = {"Content-Type": "application/x-ndjson"}
        if len(body) >= _PACKED_FROM:
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        wait = _FIRST_WAIT
        while True:
            told: float | None = None
            try:
                answer = self._post(body, headers)
            except requests.RequestException as e:
                why = _reason(e)
            else:
                if 200 <= answer.status_code < 300:
                    return
                why = f"it answers {answer.status_code}"
                if answer.status_code not in _AGAIN:
                    raise Refused(answer.status_code, *_problem(answer))
                told = _retry_after(answer)
            self._say(
                "away",
                f"{self._where} takes no log lines now ({why}); this program goes on, they wait in memory, and are "
                "sent when it does",
            )
            self._pause(max(told, _FIRST_WAIT) if told is not None else wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, _LONGEST_WAIT)

    def _post(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        if self._http is None:
            self._http = session()
        connect, read = _TIMEOUTS
        if self._closing.is_set():
            left = max(0.1, self._deadline - time.monotonic())
            connect, read = min(connect, left), min(read, left)
        return self._http.post(self._url, data=body, headers=headers, timeout=(connect, read), allow_redirects=False)

    def _pause(self, seconds: float) -> None:
        """Waits; when it comes to closing, tries at once, and gives up where the next try would come too late."""
        if not self._closing.is_set():
            self._closing.wait(seconds)
            return
        if time.monotonic() + seconds >= self._deadline:
            raise GivenUp
        time.sleep(seconds)

    def _body(self, lines: list[Line]) -> bytes:
        names: dict[str, str] = {}
        made = []
        for stream, sequence, when, level, message, fields in lines:
            name = names.get(stream)
            if name is None:
                name = names[stream] = json.dumps(stream)
            more = "" if fields is None else f',"fields":{fields}'
            made.append(
                f'{{"time":{when},"stream":{name},"sequence":{sequence},"level":"{level}",'
                f'"message":{json.dumps(message)}{self._end}{more}}}\n'
            )
        return "".join(made).encode()


def _problem(answer: requests.Response) -> tuple[str, bool]:
    """What the platform said, or nothing where another server answered; and whether the run takes no more at all."""
    try:
        said = answer.json()
    except ValueError:
        return answer.reason or "", False
    if not isinstance(said, dict):
        return "", False
    return str(said.get("detail") or said.get("message") or "")[:300], said.get("type") == _FULL


def _retry_after(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "").strip()
    return min(float(text), 10 * _LONGEST_WAIT) if text.isascii() and text.isdigit() else None


def _reason(problem: requests.RequestException) -> str:
    if isinstance(problem, requests.Timeout):
        return "no answer in time"
    if isinstance(problem, requests.exceptions.SSLError):
        return f"TLS: {problem}"[:300]
    if isinstance(problem, requests.ConnectionError):
        return "no connection"
    return f"{type(problem).__name__}: {problem}"[:300]
