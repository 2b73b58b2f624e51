"""Makes lines of what is written piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 1 << 20
"""Bytes of UTF-8 that the platform keeps in one line."""

_LONGEST_SURELY = LONGEST // 4  # characters that are no more bytes than that, whatever they are
_UP = "\x1b[A"
_CONTROL = re.compile(r"(\r\n|\n|\r(?!\n)|\x1b\[A)")
_MOST_ROWS = 200
_MOST_THREADS = 1000


class Lines:
    """The lines of one stream.

    A carriage return begins the line anew, so of a progress bar its last state is kept. Bars below each other, which go
    up by an escape sequence, are rows, as on a screen, until something else is written below them.
    """

    def __init__(self) -> None:
        self._open: list[str] = []  # pieces of the row at the cursor
        self._length = 0
        self._above: list[str] = []  # rows of bars around the cursor, while they may still change
        self._below: list[str] = []
        self._bars = False  # something was drawn over: rows are kept
        self._over = False  # what comes next is drawn over the row at the cursor
        self._new = False  # the cursor is below everything that was drawn

    def write(self, text: str) -> Iterator[str]:
        """Takes a piece; gives the lines that it completes."""
        if self._bars or self._over or "\r" in text or _UP in text:
            for piece in _CONTROL.split(text):
                if piece:
                    yield from self._draw(piece)
        else:
            first, *more = text.split("\n")
            self._add(first)
            for piece in more:
                yield self._take()
                self._add(piece)
        while self._length > LONGEST:
            # A line without an end is given in parts, as memory has one.
            head, rest = _cut(self._take())
            self._add(rest)
            yield head

    def add(self, piece: str) -> bool:
        """Takes a piece without control characters to the open line, where there is room; tells whether it did."""
        if self._bars or self._over or self._length + len(piece) > LONGEST:
            return False
        self._open.append(piece)
        self._length += len(piece)
        return True

    def end(self) -> Iterator[str]:
        """Gives what is left, as nothing more comes."""
        rows = [*self._above, self._take(), *self._below]
        self._above, self._below = [], []
        self._bars = self._over = self._new = False
        yield from (row for row in rows if row.strip())

    @property
    def holds(self) -> bool:
        """Whether something is left."""
        return bool(self._length or self._above or self._below)

    @property
    def settled(self) -> bool:
        """Whether what is left are bars that are complete, as it seems: they are given away where nothing follows."""
        return self._bars and self._new

    def overdrawn(self) -> Iterator[str]:
        """Gives what is left but for the open line: another was drawn over it."""
        self._take()
        yield from self.end()

    @property
    def over(self) -> bool:
        """Whether what comes next is drawn over what is left."""
        return self._over

    def take(self) -> str:
        """Gives the open line, and forgets all else."""
        self._above, self._below = [], []
        self._bars = self._over = self._new = False
        return self._take()

    def _draw(self, piece: str) -> Iterator[str]:
        if piece == "\r":
            self._over = True
            self._new = False
        elif piece == _UP:
            self._bars = self._over = True
            self._new = False
            self._below.insert(0, self._take())
            self._add(self._above.pop() if self._above else self._below.pop(0))
        elif piece in ("\n", "\r\n"):
            if not self._bars:
                self._over = False
                yield self._take()
                return
            self._above.append(self._take())
            self._new = not self._below
            self._over = not self._new
            if self._below:
                self._add(self._below.pop(0))
            if len(self._above) > _MOST_ROWS:
                yield from self.end()
        else:
            if self._new:
                yield from self.end()  # something else, below the bars
            if self._over:
                self._bars = True
                self._over = False
                self._take()
            self._add(piece)

    def _add(self, piece: str) -> None:
        self._open.append(piece)
        self._length += len(piece)

    def _take(self) -> str:
        text = "".join(self._open)
        self._open, self._length = [], 0
        return text


class Screen:
    """What the threads of a process write to one stream.

    Each thread has its own open line, so that two that print at once do not mix their lines. What is redrawn (by
    whichever thread: tqdm has one that only does that) is kept apart from them.
    """

    def __init__(self) -> None:
        self._bars = Lines()
        self._own: dict[int, Lines] = {}
        self._quiet = False

    def write(self, text: str, thread: int) -> Iterable[str]:
        """Takes what a thread wrote; gives the lines that it completes. All of them are to be taken."""
        own = self._own.get(thread)
        # print() writes each of its arguments by itself: most pieces end here.
        if own is not None and "\n" not in text and "\r" not in text and _UP not in text and own.add(text):
            return ()
        return self._write(text, thread)

    def _write(self, text: str, thread: int) -> Iterator[str]:
        self._quiet = False
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        own = self._own.get(thread)
        if own is None:
            if len(self._own) >= _MOST_THREADS:
                self._own = {known: lines for known, lines in self._own.items() if lines.holds}
            own = self._own[thread] = Lines()
        if "\r" in text or _UP in text:
            yield from self._bars.write(own.take() + text)
        elif text.startswith("\n") and not own.holds:
            while text.startswith("\n") and self._bars.holds and not self._bars.settled:
                yield from self._bars.write("\n")
                text = text[1:]
            yield from self._plain(own, text)
        else:
            yield from self._plain(own, text)

    def tick(self) -> list[str]:
        """To be called from time to time: gives bars that seem to be complete."""
        if self._quiet and self._bars.settled:
            return list(self._bars.end())
        self._quiet = True
        return []

    def end(self) -> Iterator[str]:
        """Gives what is left, as nothing more comes."""
        yield from self._bars.end()
        for lines in self._own.values():
            yield from lines.end()

    def _plain(self, own: Lines, text: str) -> Iterator[str]:
        done = list(own.write(text))
        if done and self._bars.settled:
            yield from self._bars.end()
        elif done and self._bars.over:
            yield from self._bars.overdrawn()
        yield from done


def parts(text: str) -> list[str]:
    """The text as lines that the platform takes: valid Unicode, each up to 1 MiB of UTF-8."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # halves of surrogate pairs, as os.fsdecode makes them
        text = text.encode("utf-8", "backslashreplace").decode()
        size = len(text.encode())
    if size <= LONGEST:
        return [text]
    found = []
    while len(text) > _LONGEST_SURELY and len(text.encode()) > LONGEST:
        head, text = _cut(text)
        found.append(head)
    return [*found, text]


def _cut(text: str) -> tuple[str, str]:
    head = text[:LONGEST].encode("utf-8", "backslashreplace")[:LONGEST].decode("utf-8", "ignore")
    if not text.startswith(head):  # what is not Unicode grows where it is made so
        head = text[: _LONGEST_SURELY // 2]
    return head, text[len(head) :]
