"""Hears what is written to stdout and stderr, by Python's objects or by the file descriptors below them, and what is
logged."""

from __future__ import annotations

import atexit
import codecs
import contextlib
import logging
import os
import selectors
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

Heard = Callable[[str, str], None]
"""Takes a stream's name, and what was written."""

_CHUNK = 1 << 16
_DRAIN_SECONDS = 0.5  # longer only processes that live on keep the pipe open


class Tee:
    """Stands for sys.stdout or sys.stderr: writes through, then tells."""

    def __init__(self, name: str, below: Any, heard: Heard) -> None:
        self._fourfold_name = name
        self._fourfold_below = below
        self._fourfold_heard: Heard | None = heard
        self._fourfold_bytes = _Bytes(self) if hasattr(below, "buffer") else None

    def write(self, text: str) -> Any:
        """Writes as the stream below does, whose mistakes stay its own."""
        written = self._fourfold_below.write(text)
        if self._fourfold_heard is not None and text:
            self._fourfold_heard(self._fourfold_name, text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        """Each as `write` does."""
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> Any:
        """The stream of bytes, heard as well."""
        if self._fourfold_bytes is None:
            raise AttributeError("buffer")
        return self._fourfold_bytes

    def end(self) -> None:
        """From now on only writes through: others may hold this object for long."""
        self._fourfold_heard = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fourfold_below, name)

    def __iter__(self) -> Any:
        return iter(self._fourfold_below)

    def __reduce__(self) -> Any:
        return _current, (self._fourfold_name,)


class _Bytes:
    """Stands for sys.stdout.buffer."""

    def __init__(self, tee: Tee) -> None:
        self._fourfold_tee = tee
        self._fourfold_decoder = _decoder()

    def write(self, data: Any) -> Any:
        written = self._fourfold_tee._fourfold_below.buffer.write(data)
        heard = self._fourfold_tee._fourfold_heard
        if heard is not None and (text := self._fourfold_decoder.decode(bytes(data))):
            heard(self._fourfold_tee._fourfold_name, text)
        return written

    def writelines(self, lines: Iterable[Any]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fourfold_tee._fourfold_below.buffer, name)


class Tap:
    """Hears a file descriptor, and so what subprocesses and C extensions write: it becomes a pipe, whose other end is
    read here and written to where the descriptor led before."""

    def __init__(self, name: str, number: int, heard: Heard) -> None:
        self._name = name
        self._number = number
        self._heard: Heard | None = heard
        self._flush()
        self.below = os.dup(number)
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.dup2(write, number)
        os.close(write)
        self._decoder = _decoder()
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"fourfold-{name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Puts the descriptor back, and hears what is in the pipe. Processes that outlive this keep writing through."""
        self._flush()
        os.dup2(self.below, self._number)
        self._thread.join(_DRAIN_SECONDS)
        self._heard = None
        if self._thread.is_alive():
            atexit.register(self._last)

    def _last(self) -> None:
        if os.getpid() == self._process:
            self._pass()

    def _flush(self) -> None:
        stream = getattr(sys, self._name)
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or none
            stream.flush()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._read, selectors.EVENT_READ)
            while selector.select() and self._pass():
                pass
        with self._lock:
            os.close(self._read)
            os.close(self.below)
            self._read = -1

    def _pass(self) -> bool:
        """Passes on what is in the pipe; tells whether there may be more."""
        with self._lock:  # so that at the end of the process, which cuts threads off, nothing is half done
            while self._read >= 0:
                try:
                    data = os.read(self._read, _CHUNK)
                except BlockingIOError:
                    return True
                if not data:
                    return False
                self._show(data)
                heard = self._heard
                if heard is not None and (text := self._decoder.decode(data)):
                    heard(self._name, text)
            return False

    def _show(self, data: bytes) -> None:
        """Writes to where the descriptor led before. Whatever happens there, the pipe must not fill."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self.below, rest) :]
            except BlockingIOError:
                with selectors.DefaultSelector() as selector:
                    selector.register(self.below, selectors.EVENT_WRITE)
                    selector.select()
            except OSError:  # nobody reads there any more
                return


class Records:
    """Hears the log records that reach the root logger, where loggers give them to handlers.

    A handler of its own would do harm there: where the root logger has one, logging.basicConfig does nothing, and
    warnings are not printed by themselves.
    """

    def __init__(self, logged: Callable[[logging.LogRecord], None]) -> None:
        self.handled_by: set[int] = set()
        """Threads in which handlers have a record that is heard: what these print is that record again."""
        self._on = True
        self._there = there = logging.Logger.callHandlers

        def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
            if not self._on or not _reaches_root(logger):
                there(logger, record)
                return
            me = threading.get_ident()
            outer = me not in self.handled_by
            self.handled_by.add(me)
            try:
                there(logger, record)
            finally:
                if outer:
                    self.handled_by.discard(me)
                logged(record)

        self._hook = call_handlers
        setattr(logging.Logger, "callHandlers", call_handlers)  # noqa: B010

    def end(self) -> None:
        """Hears no more."""
        self._on = False
        if logging.Logger.callHandlers is self._hook:  # else somebody put something over it, which calls it
            setattr(logging.Logger, "callHandlers", self._there)  # noqa: B010


def _reaches_root(logger: logging.Logger | None) -> bool:
    while logger is not None and logger.propagate:
        logger = logger.parent
    return logger is None or logger.parent is None


def _current(name: str) -> Any:
    return getattr(sys, name)


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("backslashreplace")
