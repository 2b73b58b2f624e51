"""Many processes print into one run: each line is there once, in the order of its process."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys

import pytest

import fourfold

LINES, PROCESSES = 25_000, 4


def train(rank: int, lines: int, rank_variables: bool) -> None:
    if rank_variables:
        os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(PROCESSES))
    with fourfold.capture(flush_seconds=60):
        for n in range(lines):
            print(f"{rank}:{n}")


def train_forked(name: str, lines: int) -> None:
    for n in range(lines):
        print(f"{name}:{n}")
    print(f"{name}:open", end="")


def each_once(found: list[dict], names: list, lines: int) -> None:
    by_writer: dict[str, list[str]] = {}
    for line in found:
        by_writer.setdefault(line["writer"], []).append(line["message"])
    assert sorted(by_writer.values()) == sorted([f"{name}:{n}" for n in range(lines)] for name in names)


@pytest.fixture
def quiet(capfd):
    """A hundred thousand lines need not be in the report of a failure."""
    yield
    capfd.readouterr()


def test_spawned_processes_print_100_000_lines(run_id, log, quiet):
    context = multiprocessing.get_context("spawn")
    with fourfold.capture(run_id):  # the children inherit the run from here
        children = [context.Process(target=train, args=(rank, LINES, True)) for rank in range(PROCESSES)]
        for child in children:
            child.start()
        for child in children:
            child.join()
    assert [child.exitcode for child in children] == [0] * PROCESSES
    found = log(run_id)
    assert len(found.lines) == LINES * PROCESSES
    each_once(found.lines, list(range(PROCESSES)), LINES)
    assert {(line["rank"], line["message"].split(":")[0]) for line in found.lines} == {
        (rank, str(rank)) for rank in range(PROCESSES)
    }
    assert len({line["writer"] for line in found.own}) == PROCESSES


TORCHRUN = """
import os, fourfold
fourfold.autolog(flush_seconds=60)
import mlflow
def main():
    for n in range(2000):
        print(os.environ["RANK"] + ":" + str(n))
if os.environ["RANK"] == "0":
    with mlflow.start_run():
        main()
else:
    main()
"""


def test_processes_as_torchrun_starts_them(run_id, log, tmp_path, url):
    file = tmp_path / "train.py"
    file.write_text(TORCHRUN)
    # A launcher names the run, so that all ranks know it; rank 0 resumes it, the others only add their lines.
    children = []
    for rank in range(2):
        variables = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "MLFLOW_RUN_ID": run_id}
        environment = {**os.environ, "MLFLOW_TRACKING_URI": url, **variables}
        children.append(subprocess.Popen([sys.executable, str(file)], env=environment, stdout=subprocess.DEVNULL))
    assert [child.wait(120) for child in children] == [0, 0]
    found = [line for line in log(run_id).lines if line["stream"] == "stdout"]
    each_once(found, [0, 1], 2000)
    assert {line["rank"] for line in found} == {0, 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_processes_are_writers_of_their_own(run_id, log, program):
    text = """
import multiprocessing, sys, fourfold
from test_processes import train_forked
with fourfold.capture(sys.argv[1], flush_seconds=60) as capture:
    train_forked("parent", 500)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=train_forked, args=(f"child{k}", 500)) for k in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    print()
"""
    process = program(
        text, run_id, PYTHONPATH=os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")])
    )
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    found = log(run_id)
    names = ["parent", "child0", "child1", "child2"]
    assert sorted(line["message"] for line in found.lines if line["message"].endswith("open")) == sorted(
        f"{name}:open" for name in names
    )
    done = [line for line in found.lines if not line["message"].endswith("open")]
    each_once(done, names, 500)


def test_fork_while_threads_print_does_not_hang(run_id, program):
    text = """
import os, sys, threading, fourfold
stop = threading.Event()
def work():
    while not stop.is_set():
        print("x" * 10)
with fourfold.capture(sys.argv[1], flush_seconds=60):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(50):
        child = os.fork()
        if child == 0:
            import fourfold._capture as c
            for one in c.router._captures:
                one.heard("stdout", "in the child\\n", 0)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    stop.set()
    for thread in threads:
        thread.join()
"""
    process = program(text, run_id)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_forked_process_is_heard_by_its_parents_descriptors(run_id, log, program):
    text = """
import os, sys, fourfold
with fourfold.capture(sys.argv[1], fd=True, flush_seconds=60) as capture:
    print("parent", flush=True)
    child = os.fork()
    if child == 0:
        with fourfold.capture():
            print("child", flush=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
    process = program(text, run_id)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "parent\nchild\n", "")
    found = log(run_id)
    assert sorted(set(found.messages())) == ["child", "parent"]
