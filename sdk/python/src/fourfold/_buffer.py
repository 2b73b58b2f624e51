"""Lines that wait for the platform, in bounded memory."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

OWN_STREAM = "fourfold"
"""The stream of what the capture itself has to say."""

_OVERHEAD = 400  # bytes of memory for a line beside its text


class Line(NamedTuple):
    """A line; with its run and its writer, stream and sequence are what it is."""

    stream: str
    sequence: int
    time: int
    level: str
    message: str
    fields: str | None

    @property
    def size(self) -> int:
        """About how many bytes it holds in memory."""
        return _OVERHEAD + 2 * len(self.message) + (len(self.fields) if self.fields else 0)


class Buffer:
    """Lines in their order. Where they fill the memory that they may have, the oldest are dropped and counted."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        # Reentrant: a signal's handler may print while its thread is in here.
        self._lock = threading.RLock()
        self._lines: deque[Line] = deque()
        self._bytes = 0
        self._last_time = 0
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)
        self._dropped_from = 0
        self._dropped_to_tell = 0
        self.added = 0
        self.dropped = 0

    def add(self, stream: str, level: str, message: str, fields: str | None = None) -> int:
        """Adds a line; gives how many wait now."""
        with self._lock:
            # Strictly rising, so that a search, which sorts by time, gives the lines as they came.
            now = self._last_time = max(time.time_ns(), self._last_time + 1)
            line = Line(stream, next(self._numbers[stream]), now, level, message, fields)
            self._lines.append(line)
            self._bytes += line.size
            self.added += 1
            while self._bytes > self._max_bytes and len(self._lines) > 1:
                self._drop()
            return len(self._lines)

    def take(self, most_lines: int, most_bytes: int) -> list[Line]:
        """Removes and gives the oldest lines. What was dropped is told by a line in its place."""
        with self._lock:
            taken = []
            if self._dropped_to_tell:
                taken.append(self._told())
            size = 0
            while self._lines and len(taken) < most_lines and size < most_bytes:
                line = self._lines.popleft()
                self._bytes -= line.size
                size += line.size
                taken.append(line)
            return taken

    def clear(self) -> int:
        """Forgets what waits; gives how many lines that were."""
        with self._lock:
            waiting = len(self._lines)
            self._lines.clear()
            self._bytes = 0
            return waiting

    def __len__(self) -> int:
        return len(self._lines)

    def _drop(self) -> None:
        line = self._lines.popleft()
        self._bytes -= line.size
        self.dropped += 1
        if not self._dropped_to_tell:
            self._dropped_from = line.time
        self._dropped_to_tell += 1

    def _told(self) -> Line:
        count, self._dropped_to_tell = self._dropped_to_tell, 0
        self.added += 1
        text = f"{count} lines were dropped here: they filled their memory while the platform took none"
        fields = json.dumps({"dropped": count})
        return Line(OWN_STREAM, next(self._numbers[OWN_STREAM]), self._dropped_from, "WARN", text, fields)
