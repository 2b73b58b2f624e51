"""Captures: what goes to which run, from when to when."""

from __future__ import annotations

import atexit
import json
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Collection
from types import TracebackType
from typing import Any, NamedTuple

from . import _place
from ._buffer import OWN_STREAM, Buffer
from ._lines import LONGEST, Screen, parts
from ._sender import BATCH_LINES, Sender, own_threads
from ._streams import Records, Tap, Tee

STREAMS = ("stdout", "stderr", "logging")
_DESCRIPTORS = {"stdout": 1, "stderr": 2}
_MAX_BYTES = 32 << 20
_FLUSH_SECONDS = 10.0
_LONGEST_NAME = 250
_LEAST_BYTES = 64 << 10
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FORMAT = logging.Formatter()


class Counts(NamedTuple):
    """How many lines of a capture were acknowledged, wait, were dropped from full memory, and were refused."""

    accepted: int
    waiting: int
    dropped: int
    refused: int


class Capture:
    """Sends what this process prints and logs to a run, from `start` to `close`, or in a ``with`` block."""

    def __init__(
        self,
        run_id: str | None = None,
        *,
        tracking_uri: str | None = None,
        streams: Collection[str] = STREAMS,
        level: int | str = logging.NOTSET,
        fd: bool = False,
        rank: int | None = None,
        max_bytes: int = _MAX_BYTES,
        flush_seconds: float = _FLUSH_SECONDS,
    ) -> None:
        if isinstance(streams, str) or not set(streams) <= set(STREAMS):
            raise ValueError(f"streams are of {', '.join(STREAMS)}, not {streams!r}")
        if max_bytes < _LEAST_BYTES:
            raise ValueError(f"max_bytes is {max_bytes}, and must be {_LEAST_BYTES} or more")
        if flush_seconds < 0:
            raise ValueError(f"flush_seconds is {flush_seconds}, and must be 0 or more")
        if rank is not None and rank < 0:
            raise ValueError(f"rank is {rank}, and must be 0 or more")
        self.run_id = run_id
        self.tracking_uri = tracking_uri
        self.streams = frozenset(streams)
        self.level = _number(level)
        self.fd = fd
        self.rank = _place.rank() if rank is None else rank
        self.thread = 0
        self._max_bytes = max_bytes
        self._flush_seconds = flush_seconds
        self._state = _Nothing()

    def start(self) -> Capture:
        """Begins. Where there is no run or no platform it says so, once, and captures nothing."""
        if isinstance(self._state, _Going):
            return self
        self.run_id = self.run_id or _place.run_id()
        self.tracking_uri = self.tracking_uri or _place.tracking_uri()
        self.thread = threading.get_ident()
        if not self.run_id:
            router.say("no log lines are kept: there is no active MLflow run, and MLFLOW_RUN_ID names none")
        elif not (self.tracking_uri or "").startswith(("http://", "https://")):
            router.say(f"no log lines are kept: the tracking URI is {self.tracking_uri!r}, not an HTTP address")
        else:
            self._state = self._fresh()
            router.add(self)
        return self

    def flush(self, seconds: float | None = None) -> bool:
        """Waits until all lines so far are acknowledged, at most this long; tells whether they are."""
        limit = self._flush_seconds if seconds is None else seconds
        return not isinstance(self._state, _Going) or self._state.sender.flush(limit)

    def close(self, began: float | None = None) -> None:
        """Ends, and sends what there is within `flush_seconds`. What is lost then is counted and said.

        :param began: since when that time runs, by time.monotonic(): several that end together do not wait in turn
        """
        going = self._state
        if isinstance(going, _Going):
            router.remove(self)
            passed = 0.0 if began is None else time.monotonic() - began
            going.end(max(0.0, self._flush_seconds - passed))
            self._state = _Ended(going)

    @property
    def writer(self) -> str | None:
        """The random name of this process as writer of its lines; None before it began."""
        return self._state.writer

    @property
    def counts(self) -> Counts:
        """How many lines went where, until now."""
        return self._state.counts

    def __enter__(self) -> Capture:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.failed(error)
        self.close()

    def failed(self, error: BaseException) -> None:
        """Writes down with what the training ended."""
        going = self._state
        if not isinstance(going, _Going) or isinstance(error, (SystemExit, GeneratorExit)):
            return
        told: set[str] = error.__dict__.setdefault("_fourfold_told", set())
        if going.run_id not in told:  # not twice where captures of one run are nested
            told.add(going.run_id)
            going.line("traceback", "ERROR", "".join(traceback.format_exception(error)).rstrip("\n"))

    def wants(self, kind: str) -> bool:
        """Whether what goes to this stream is for this capture."""
        return kind in self.streams

    def heard(self, kind: str, text: str, thread: int) -> None:
        """Takes a piece that a thread wrote."""
        self._state.piece(kind, text, thread)

    def logged(self, record: logging.LogRecord) -> None:
        """Takes a log record."""
        going = self._state
        if isinstance(going, _Going):
            going.line(_name(record.name), _level(record.levelno), _text(record), _fields(record))

    def forked(self) -> None:
        """In the child of a fork: a new writer, with no line of its parent."""
        if isinstance(self._state, _Going):
            self._state = self._fresh()
            self.thread = threading.get_ident()
            if self.fd:  # descriptors still lead to the parent, who hears them
                self.fd = False
                self.streams -= set(_DESCRIPTORS)

    def _fresh(self) -> _Going:
        assert self.run_id is not None and self.tracking_uri is not None
        return _Going(self.run_id, self.tracking_uri, self.rank, self._max_bytes)


def capture(
    run_id: str | None = None,
    *,
    tracking_uri: str | None = None,
    streams: Collection[str] = STREAMS,
    level: int | str = logging.NOTSET,
    fd: bool = False,
    rank: int | None = None,
    max_bytes: int = _MAX_BYTES,
    flush_seconds: float = _FLUSH_SECONDS,
) -> Capture:
    """Sends what is printed and logged in a ``with`` block to a run, in the background.

    :param run_id: the run: unless given the active MLflow run, else the one that MLFLOW_RUN_ID names
    :param tracking_uri: the platform's address, unless it is MLflow's tracking URI
    :param streams: which of stdout, stderr and logging
    :param level: log records below this level are left out
    :param fd: hear the file descriptors, and so subprocesses and C extensions too
    :param rank: which process of a distributed training this is, unless the environment says so
    :param max_bytes: memory for lines that wait; where they fill it, the oldest are dropped and counted
    :param flush_seconds: for how long leaving the block may wait for the platform
    """
    return Capture(
        run_id,
        tracking_uri=tracking_uri,
        streams=streams,
        level=level,
        fd=fd,
        rank=rank,
        max_bytes=max_bytes,
        flush_seconds=flush_seconds,
    )


class _Nothing:
    """A capture that does not go on."""

    writer: str | None = None

    def piece(self, kind: str, text: str, thread: int) -> None:
        """Takes nothing any more."""

    @property
    def counts(self) -> Counts:
        return Counts(0, 0, 0, 0)


class _Ended(_Nothing):
    """What is left of one that went on."""

    def __init__(self, going: _Going) -> None:
        self.writer = going.writer
        self._counts = going.counts

    @property
    def counts(self) -> Counts:
        return self._counts


class _Going(_Nothing):
    """A capture that goes on, in this process."""

    def __init__(self, run_id: str, url: str, rank: int | None, max_bytes: int) -> None:
        self.run_id = run_id
        self.buffer = Buffer(max_bytes)
        self.sender = Sender(url, run_id, self.buffer, rank, self._tick, self._say)
        self.writer: str = self.sender.writer
        self._lock = threading.RLock()
        self._screens: dict[str, Screen] = {}
        self._said: set[str] = set()
        self._lost = 0
        self._began = False

    def piece(self, kind: str, text: str, thread: int) -> None:
        """Takes a piece that a thread wrote."""
        with self._lock:
            screen = self._screens.get(kind)
            if screen is None:
                screen = self._screens[kind] = Screen()
            for line in screen.write(text, thread):
                self.line(kind, "INFO", line)

    def line(self, stream: str, level: str, text: str, fields: str | None = None) -> None:
        """Takes a line; a long one in parts."""
        if self.sender.stopped:
            return
        if not self._began:
            self._begin()
        for part in parts(text):
            if self.buffer.add(stream, level, part, fields) == BATCH_LINES:
                self.sender.wake()

    def end(self, seconds: float) -> None:
        """Sends what there is, within this time, and ends."""
        with self._lock:
            for kind, screen in self._screens.items():
                for line in screen.end():
                    self.line(kind, "INFO", line)
        self._lost = self.sender.close(seconds)
        if self._lost and "stop" not in self._said:  # else it is told already that nothing more is kept
            self._say("lost", f"{self._lost} log lines of run {self.run_id} could not be sent in time, and are lost")

    @property
    def counts(self) -> Counts:
        return Counts(self.sender.accepted, self.sender.waiting, self.buffer.dropped + self._lost, self.sender.refused)

    def _begin(self) -> None:
        """The first line says who its writer is; only now there is a thread, as most forked children print nothing."""
        with self._lock:
            if self._began:
                return
            self._began = True
            place: dict[str, object] = {"host": socket.gethostname(), "pid": os.getpid()}
            place |= {
                name.lower(): found
                for name in ("LOCAL_RANK", "WORLD_SIZE")
                if (found := _place.number(name)) is not None
            }
            text = f"process {place['pid']} on {place['host']}"
            self.buffer.add(OWN_STREAM, "DEBUG", text, json.dumps(place))
            try:
                self.sender.start()
            except RuntimeError:
                if threading.main_thread().is_alive():  # else the end is now
                    self._say("thread", "log lines are sent at the end only: no thread can be started")

    def _tick(self) -> None:
        with self._lock:
            for kind, screen in self._screens.items():
                for line in screen.tick():
                    self.line(kind, "INFO", line)

    def _say(self, what: str, text: str) -> None:
        if what not in self._said:
            self._said.add(what)
            router.say(text)


class _Router:
    """Knows which captures go on. What a thread writes goes to the last one that it began, else to the last of all."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._captures: tuple[Capture, ...] = ()
        self._tees: dict[str, Tee] = {}
        self._taps: dict[str, Tap] = {}
        self._records: Records | None = None
        self._inherited: str | None = None
        self._hooked = False

    def add(self, one: Capture) -> None:
        with self._lock:
            if not self._hooked:
                self._hooked = True
                atexit.register(self.close)
                if hasattr(os, "register_at_fork"):
                    os.register_at_fork(after_in_child=self._forked)
                    self._watch_multiprocessing()
            if not self._captures:
                self._inherited = os.environ.get(_place.INHERITED_RUN)
                os.environ[_place.INHERITED_RUN] = str(one.run_id)
            self._captures = (*self._captures, one)
            self._arrange()

    def remove(self, one: Capture) -> None:
        with self._lock:
            left = tuple(known for known in self._captures if known is not one)
            # What is in a pipe still belongs to the capture that ends.
            self._arrange(left)
            self._captures = left
            if not left:
                if self._inherited is None:
                    os.environ.pop(_place.INHERITED_RUN, None)
                else:
                    os.environ[_place.INHERITED_RUN] = self._inherited

    @property
    def going(self) -> bool:
        """Whether this process has a capture."""
        return bool(self._captures)

    def close(self) -> None:
        """At the end of the process: all captures end, the last one first."""
        began = time.monotonic()
        for one in reversed(self._captures):
            one.close(began)

    def heard(self, kind: str, text: str) -> None:
        me = threading.get_ident()
        if me in own_threads or (one := self._find(kind, me)) is None:
            return
        if self._records is not None and me in self._records.handled_by and self._find("logging", me) is not None:
            return  # it comes as a record: not twice
        try:
            one.heard(kind, text, me)
        except Exception as e:
            self._broken(one, e)

    def logged(self, record: logging.LogRecord) -> None:
        me = threading.get_ident()
        if me in own_threads or (one := self._find("logging", me)) is None or record.levelno < one.level:
            return
        try:
            one.logged(record)
        except Exception as e:
            self._broken(one, e)

    def say(self, text: str) -> None:
        """Tells people, past all captures."""
        tap, tee = self._taps.get("stderr"), self._tees.get("stderr")
        text = f"fourfold: {text}\n"
        try:
            if tap is not None:
                os.write(tap.below, text.encode())
                return
            stream: Any = sys.stderr if tee is None else tee._fourfold_below
            if isinstance(stream, Tee):
                stream = stream._fourfold_below
            if stream is not None:
                stream.write(text)
                stream.flush()
        except (OSError, ValueError):
            return  # nobody is there to read it

    def _find(self, kind: str, me: int) -> Capture | None:
        last = None
        for one in self._captures[::-1]:
            if kind in one.streams:
                if one.thread == me:
                    return one
                last = last or one
        return last

    def _arrange(self, left: tuple[Capture, ...] | None = None) -> None:
        """Hears what somebody wants to hear, and nothing else."""
        captures = self._captures if left is None else left
        for kind, number in _DESCRIPTORS.items():
            deep = any(one.fd and one.wants(kind) for one in captures)
            plain = not deep and any(one.wants(kind) for one in captures)
            if not plain and (tee := self._tees.pop(kind, None)) is not None:
                tee.end()
                if getattr(sys, kind) is tee:  # else somebody put something over it, which may need it
                    setattr(sys, kind, tee._fourfold_below)
            if not deep and (tap := self._taps.pop(kind, None)) is not None:
                tap.end()
            if deep and kind not in self._taps:
                self._taps[kind] = Tap(kind, number, self.heard)
            if plain and kind not in self._tees and getattr(sys, kind) is not None:
                self._tees[kind] = Tee(kind, getattr(sys, kind), self.heard)
                setattr(sys, kind, self._tees[kind])
        if not any(one.wants("logging") for one in captures):
            if self._records is not None:
                self._records.end()
                self._records = None
        elif self._records is None:
            self._records = Records(self.logged)

    def _broken(self, one: Capture, error: Exception) -> None:
        """A mistake of this package must not become one of the training."""
        state = one._state
        if isinstance(state, _Going) and not state.sender.stopped:
            state.sender.stopped = True
            self.say(f"the log capture ends, as it failed: {error!r}")

    def _forked(self) -> None:
        self._lock = threading.RLock()
        own_threads.clear()
        if self._records is not None:
            self._records.handled_by.clear()
        self._taps.clear()
        for one in self._captures:
            one.forked()

    def _watch_multiprocessing(self) -> None:
        from multiprocessing import util

        util.register_after_fork(self, _Router._forked_by_multiprocessing)

    def _forked_by_multiprocessing(self) -> None:
        """Such a child ends without atexit."""
        from multiprocessing import util

        util.Finalize(None, self.close, exitpriority=0)


router = _Router()


def _name(name: str) -> str:
    clean = "".join(c if c.isprintable() else "?" for c in name)[:_LONGEST_NAME]
    return clean or "log"


def _number(level: int | str) -> int:
    number = level if isinstance(level, int) else logging.getLevelName(level)
    if not isinstance(number, int):
        raise ValueError(f"level is {level!r}, and must be a number or a name that logging knows")
    return number


def _level(number: int) -> str:
    for least, name in ((50, "FATAL"), (40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG")):
        if number >= least:
            return name
    return "TRACE"


def _text(record: logging.LogRecord) -> str:
    kept = record.exc_text  # as a handler formatted it, which may be in its own way
    record.exc_text = None
    try:
        return _FORMAT.format(record)
    except Exception:  # arguments that do not fit: logging's other handlers say so
        return str(record.msg)
    finally:
        record.exc_text = kept


def _fields(record: logging.LogRecord) -> str | None:
    """What was given as `extra`."""
    found = {str(key): value for key, value in vars(record).items() if key not in _RECORD}
    if not found:
        return None
    try:
        text = json.dumps(found, default=str, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        text = json.dumps({key: str(value) for key, value in found.items()})
    return text if len(text) < LONGEST else None
