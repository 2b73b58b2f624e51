"""What is written piece by piece becomes lines."""

from __future__ import annotations

import io

import pytest
from tqdm import tqdm

from fourfold._lines import LONGEST, Lines, Screen, parts


def lines_of(*pieces: str) -> list[str]:
    screen = Screen()
    found = [line for piece in pieces for line in screen.write(piece, 1)]
    return [*found, *screen.end()]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["a\nb\n"], ["a", "b"]),
        (["a", "b", "\n", "c"], ["ab", "c"]),
        (["\n\n"], ["", ""]),
        (["  \n"], ["  "]),
        (["a\r\nb\r\n"], ["a", "b"]),
        (["a\r", "\nb\n"], ["a", "b"]),
        (["\r 10%", "\r 20%", "\r100%", "\n"], ["100%"]),
        (["10%\r20%\r", "done\n"], ["done"]),
        (["\r 10%\r      \r", "after\n"], ["after"]),
        (["\r 10%\r      \r"], []),
        (["\r100%\n", "next\n", "last\n"], ["100%", "next", "last"]),
        (["before\n", "\r 5%", "\r 6%"], ["before", " 6%"]),
        # Two bars, the second one drawn below the first.
        (["\ra 1", "\n", "\rb 1", "\x1b[A", "\ra 2", "\n", "\rb 2", "\x1b[A", "\n", "end\n"], ["a 2", "end"]),
        (["\ra 1", "\n", "\rb 1", "\x1b[A", "\ra 2", "\n\n", "end\n"], ["a 2", "b 1", "end"]),
        (["\x1b[A", "x\n"], ["x"]),
    ],
)
def test_lines(pieces, expected):
    assert lines_of(*pieces) == expected
    assert lines_of("".join(pieces)) == expected


def test_blank_line_after_a_bar():
    assert lines_of("\r100%", "\n", "\n", "x\n") == ["100%", "", "x"]


def test_lines_of_threads_do_not_mix():
    screen = Screen()
    pieces = [("a", 1), ("b", 2), ("\n", 1), ("\r 10%", 3), ("\n", 2), ("\r 20%", 4), ("\n", 3), ("c\n", 1)]
    assert [line for text, thread in pieces for line in screen.write(text, thread)] == ["a", "b", " 20%", "c"]


@pytest.mark.parametrize("end", ["\n", "done\n"])
def test_print_that_ends_with_a_return_leaves_its_last_state(end):
    pieces = [piece for n in range(5) for piece in (f"{n} of 5", "\r")]
    assert lines_of("before", "\n", *pieces, end) == ["before", "4 of 5" if end == "\n" else "done"]


def test_bar_that_is_done_is_given_where_nothing_follows():
    screen = Screen()
    assert [*screen.write("\r100%", 1), *screen.write("\n", 1)] == []
    assert screen.tick() == []
    assert screen.tick() == ["100%"]
    assert list(screen.end()) == []


def test_line_without_end_comes_in_parts():
    lines = Lines()
    found = [line for _ in range(40) for line in lines.write("x" * 100_000)]
    assert [len(line) for line in found] == [LONGEST] * 3
    assert sum(map(len, [*found, *lines.end()])) == 4_000_000


def test_stock_tqdm_leaves_its_last_state():
    screen, lines, found = io.StringIO(), Screen(), []
    screen.write = lambda text: found.extend(lines.write(text, 1)) or len(text)
    for _ in tqdm(range(50), file=screen, mininterval=0, ncols=60):
        pass
    found.extend(lines.write("after\n", 1))
    assert len(found) == 2
    assert found[0].startswith("100%")
    assert "50/50" in found[0]
    assert found[1] == "after"


def test_nested_tqdm_leaves_one_line_for_each_bar():
    screen, lines, found = io.StringIO(), Screen(), []
    screen.write = lambda text: found.extend(lines.write(text, 1)) or len(text)
    for _ in tqdm(range(3), desc="outer", file=screen, mininterval=0):
        for _ in tqdm(range(20), desc="inner", file=screen, mininterval=0, leave=False):
            pass
    found.extend(lines.end())
    assert [line.split(":")[0] for line in found] == ["outer"]
    assert "3/3" in found[0]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", [0]),
        ("x" * LONGEST, [LONGEST]),
        ("x" * (LONGEST + 1), [LONGEST, 1]),
        ("ä" * (LONGEST // 2), [LONGEST]),
        ("xä" * LONGEST, [LONGEST, LONGEST, LONGEST]),
        ("🚀" * (LONGEST // 2), [LONGEST, LONGEST]),
    ],
)
def test_long_line_is_split_at_characters(text, sizes):
    found = parts(text)
    assert "".join(found) == text
    assert len(found) >= len(sizes)
    assert all(len(part.encode()) <= LONGEST for part in found)


def test_what_is_not_unicode_is_made_so():
    assert parts("a\udcff\ud83d") == ["a\\udcff\\ud83d"]
    long = "\udcff" * LONGEST
    assert all(len(part.encode()) <= LONGEST for part in parts(long))
    lines = Lines()
    assert all(len(part) <= LONGEST for part in lines.write(long + "\udcff" * 10))
