"""Hears what is written to stdout and stderr, by Python's objects or by the file descriptors below them."""

from __future__ import annotations

import codecs
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

Heard = Callable[[str, str, "logging.LogRecord | None"], None]
"""Takes a stream's name, what was written, and the log record that made it."""

_CHUNK = 1 << 16
_DRAIN_SECONDS = 0.5  # longer only processes that live on keep the pipe open
_LOGS = logging.StreamHandler.emit.__code__


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
            caller = sys._getframe().f_back  # none where C code writes, as at the end of a process
            record = caller.f_locals.get("record") if caller is not None and caller.f_code is _LOGS else None
            self._fourfold_heard(self._fourfold_name, text, record)
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
            heard(self._fourfold_tee._fourfold_name, text, None)
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
        os.dup2(write, number)
        os.close(write)
        self._thread = threading.Thread(target=self._run, name=f"fourfold-{name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Puts the descriptor back, and hears what is in the pipe. Processes that outlive this keep writing through."""
        self._flush()
        os.dup2(self.below, self._number)
        self._thread.join(_DRAIN_SECONDS)
        self._heard = None

    def _flush(self) -> None:
        stream = getattr(sys, self._name)
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or none
            stream.flush()

    def _run(self) -> None:
        decoder = _decoder()
        while data := os.read(self._read, _CHUNK):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.below, rest) :]
            heard = self._heard
            if heard is not None and (text := decoder.decode(data)):
                heard(self._name, text, None)
        os.close(self._read)


def _current(name: str) -> Any:
    return getattr(sys, name)


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("backslashreplace")
