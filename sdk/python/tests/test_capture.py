"""What one process prints and logs is in its run's log."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pickle
import sys
import threading
import time

import mlflow
import pytest
from tqdm import tqdm

import fourfold


def test_printed_and_logged_lines_arrive_in_order(run_id, log):
    before = time.time_ns()
    with fourfold.capture(run_id) as capture:
        for n in range(200):
            print("out", n)
            print("err", n, file=sys.stderr)
            logging.getLogger("train.loop").warning("record %d", n)
    found = log(run_id)
    expected = [f"{kind} {n}" for n in range(200) for kind in ("out", "err", "record")]
    assert found.messages() == expected
    assert {(line["stream"], line["level"]) for line in found.lines} == {
        ("stdout", "INFO"),
        ("stderr", "INFO"),
        ("train.loop", "WARN"),
    }
    assert {line["writer"] for line in found.everything} == {capture.writer}
    for stream in ("stdout", "stderr", "train.loop"):
        assert [line["sequence"] for line in found.lines if line["stream"] == stream] == list(range(200))
    assert before <= found.lines[0]["time"] <= found.lines[-1]["time"] <= time.time_ns() + 1000
    assert capture.counts == fourfold.Counts(601, 0, 0, 0)


def test_first_line_says_who_writes(run_id, log, monkeypatch):
    monkeypatch.setenv("RANK", "5")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "8")
    with fourfold.capture(run_id):
        print("x")
    found = log(run_id)
    assert found.everything[0] == found.own[0]
    assert found.own[0]["fields"] == {"host": os.uname().nodename, "pid": os.getpid(), "local_rank": 1, "world_size": 8}
    assert [line["rank"] for line in found.everything] == [5, 5]


def test_nothing_printed_nothing_sent(run_id, log):
    with fourfold.capture(run_id):
        pass
    assert log(run_id).everything == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"RANK": "3", "SLURM_PROCID": "7"}, 3),
        ({"SLURM_PROCID": "7"}, 7),
        ({"OMPI_COMM_WORLD_RANK": "2", "SLURM_PROCID": "7"}, 2),
        ({"RANK": "x", "SLURM_PROCID": "0"}, 0),
        ({"RANK": "-1"}, None),
        ({"RANK": "99999999999"}, None),
    ],
)
def test_rank_is_taken_from_the_environment(variables, expected, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert fourfold.rank() == expected


def test_run_is_the_active_one_or_that_of_the_environment(run_id, log, monkeypatch):
    with mlflow.start_run() as run, fourfold.capture():
        print("active")
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    with fourfold.capture():
        print("named")
    assert log(run.info.run_id).messages("stdout") == ["active"]
    assert log(run_id).messages() == ["named"]


@pytest.mark.parametrize("uri", ["sqlite:///x.db", None])
def test_without_run_or_platform_it_says_so_and_goes_on(uri, capsys):
    with fourfold.capture("some-run" if uri else None, tracking_uri=uri) as capture:
        print("still here")
    out, err = capsys.readouterr()
    assert out == "still here\n"
    assert err.count("fourfold: no log lines are kept") == 1
    assert capture.counts == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"streams": "stdout"},
        {"streams": ["stdin"]},
        {"max_bytes": 1},
        {"flush_seconds": -1},
        {"rank": -1},
        {"level": "LOUD"},
    ],
)
def test_wrong_option_is_told(options):
    with pytest.raises(ValueError):
        fourfold.capture("r", **options)


def test_streams_and_level_choose(run_id, log):
    with fourfold.capture(run_id, streams=["stderr", "logging"], level="ERROR"):
        print("not this")
        print("this", file=sys.stderr)
        logging.getLogger("a").warning("nor this")
        logging.getLogger("a").error("and this")
    assert log(run_id).messages() == ["this", "and this"]


def test_levels_of_logging(run_id, log):
    logger = logging.getLogger("levels")
    logger.setLevel(1)
    with fourfold.capture(run_id):
        for number in (5, 10, 20, 25, 30, 40, 50, 60):
            logger.log(number, "at %d", number)
    assert [line["level"] for line in log(run_id).lines] == [
        "TRACE", "DEBUG", "INFO", "INFO", "WARN", "ERROR", "FATAL", "FATAL"
    ]  # fmt: skip


def test_record_with_extra_traceback_and_odd_name(run_id, log):
    logger = logging.getLogger("odd\nname" + "x" * 400)
    with fourfold.capture(run_id):
        try:
            raise KeyError("lost")
        except KeyError:
            logger.exception("failed", extra={"epoch": 3, "loss": float("nan"), "what": object})
        logger.warning("%d", "no number")
    found = [line for line in log(run_id).lines if line["stream"] != "stderr"]
    assert found[0]["stream"] == ("odd?name" + "x" * 400)[:250]
    assert found[0]["message"].startswith("failed\nTraceback (most recent call last):\n")
    assert found[0]["message"].endswith("KeyError: 'lost'")
    assert found[0]["fields"]["epoch"] in (3, "3")
    assert found[0]["fields"]["loss"] == "nan"
    assert found[1]["message"] == "%d"


def test_record_that_a_handler_also_prints_comes_once(run_id, log):
    own = logging.getLogger("alone")
    own.propagate = False
    with fourfold.capture(run_id, level="WARNING"):
        handler = logging.StreamHandler()  # to sys.stderr, which is the capture's now
        logging.getLogger().addHandler(handler)
        own.addHandler(handler)
        logging.getLogger("a").warning("both")
        own.warning("not propagated")
        logging.getLogger().removeHandler(handler)
        own.removeHandler(handler)
    assert [(line["stream"], line["message"]) for line in log(run_id).lines] == [
        ("a", "both"),
        ("stderr", "not propagated"),
    ]


SETTING_UP = """
import logging, sys, fourfold
class Rich(logging.Handler):
    def emit(self, record):
        for word in ("rich:", " ", record.getMessage()):
            print(word, end="", file=sys.stderr)
        print(file=sys.stderr)
with fourfold.capture(sys.argv[1]):
    logging.warning("nobody set it up")
    logging.root.handlers.clear()  # logging.warning() sets it up, a logger's method does not
    logging.getLogger("a").warning("still nobody")
    logging.basicConfig(level="INFO", format="as set up: %(message)s")
    logging.getLogger("a").info("now set up")
    logging.basicConfig(level="INFO", format="again: %(message)s", force=True)
    logging.getLogger("a").info("set up again")
    logging.root.handlers[:] = [Rich()]
    logging.getLogger("a").info("in its own way")
    print("and printed", file=sys.stderr)
before = logging.Logger.callHandlers
logging.getLogger("a").info("after")
assert before.__module__ == "logging"
"""


def test_setting_up_logging_in_the_block_works_as_without(run_id, log, program):
    process = program(SETTING_UP, run_id)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err.splitlines() == [
        "WARNING:root:nobody set it up",
        "still nobody",
        "as set up: now set up",
        "again: set up again",
        "rich: in its own way",
        "and printed",
        "rich: after",
    ]
    assert [(line["stream"], line["message"]) for line in log(run_id).lines] == [
        ("root", "nobody set it up"),
        ("a", "still nobody"),
        ("a", "now set up"),
        ("a", "set up again"),
        ("a", "in its own way"),
        ("stderr", "and printed"),
    ]


def test_own_work_is_not_captured(run_id, log):
    loggers = [logging.getLogger(name) for name in ("urllib3", "requests", "")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    with fourfold.capture(run_id) as capture:
        for n in range(5):
            print("line", n)
            assert capture.flush(30)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)
    assert log(run_id).messages() == [f"line {n}" for n in range(5)]


def test_exception_is_written_down_and_goes_on(run_id, log):
    with pytest.raises(ZeroDivisionError) as raised, fourfold.capture(run_id), fourfold.capture(run_id):
        print("before")
        1 / 0  # noqa: B018
    found = log(run_id)
    assert found.messages("stdout") == ["before"]
    (told,) = [line for line in found.lines if line["stream"] == "traceback"]
    assert told["level"] == "ERROR"
    assert told["message"].startswith("Traceback (most recent call last):\n")
    assert told["message"].endswith("ZeroDivisionError: division by zero")
    assert "1 / 0" in told["message"]
    assert raised.value.__traceback__ is not None


def test_exit_is_no_error(run_id, log):
    with pytest.raises(SystemExit), fourfold.capture(run_id):
        print("before")
        sys.exit(3)
    assert log(run_id).messages() == ["before"]


def test_partial_line_is_sent_at_the_end(run_id, log):
    with fourfold.capture(run_id):
        print("a", end="")
        print("b", end="")
    assert log(run_id).messages() == ["ab"]


def test_stock_tqdm_leaves_one_line(run_id, log):
    with fourfold.capture(run_id):
        for n in tqdm(range(300), mininterval=0, file=sys.stderr):
            if n == 100:
                print("in between")
        tqdm.write("after", file=sys.stderr)
    found = log(run_id)
    assert found.messages("stdout") == ["in between"]
    bar, after = found.messages("stderr")
    assert bar.startswith("100%")
    assert "300/300" in bar
    assert after == "after"


def test_long_lines_come_whole_or_in_parts(run_id, log):
    with fourfold.capture(run_id):
        print("x" * (1 << 20))
        print("ä" * (1 << 20))
        sys.stdout.write("y" * (3 << 20))
    found = [line["message"] for line in log(run_id).lines]
    assert found[0] == "x" * (1 << 20)
    assert "".join(found[1:]) == "ä" * (1 << 20) + "y" * (3 << 20)
    assert all(len(message.encode()) <= 1 << 20 for message in found)


def test_what_is_not_unicode_arrives_readable(run_id, log):
    with fourfold.capture(run_id), contextlib.suppress(UnicodeEncodeError):
        sys.stdout.buffer.write(b"caf\xc3")
        sys.stdout.buffer.write(b"\xa9 \xff\xfe\n")
        sys.stdout.buffer.write(memoryview(b"nul \x00 bell \x07\n"))
        logging.getLogger("paths").warning("a\udcff")
        logging.getLogger("paths").warning("b", extra={"path": "\udcff"})
    found = log(run_id)
    assert found.messages("stdout") == ["café \\xff\\xfe", "nul \x00 bell \x07"]
    assert found.messages("paths") == ["a\\udcff", "b"]


def test_replaced_stdout_is_respected(run_id, log):
    notebook = io.StringIO()  # as a notebook's stream: no descriptor, no bytes
    with contextlib.redirect_stdout(notebook), fourfold.capture(run_id):
        print("in the notebook")
        with contextlib.redirect_stdout(io.StringIO()):
            print("elsewhere")
        assert not hasattr(sys.stdout, "buffer")
    assert notebook.getvalue() == "in the notebook\n"
    assert log(run_id).messages() == ["in the notebook"]


def test_stream_put_over_the_captures_stays(run_id, log):
    below, kept = sys.stdout, None
    try:
        with fourfold.capture(run_id):
            kept = sys.stdout
            sys.stdout = over = io.TextIOWrapper(io.BytesIO())
        assert sys.stdout is over
    finally:
        sys.stdout = below
    print("after", file=kept)  # still writes through, and is not captured
    assert log(run_id).everything == []
    assert kept.fileno is below.fileno or kept.encoding == below.encoding


def test_nested_captures_take_turns(experiment, log):
    client = mlflow.MlflowClient()
    outer, inner = (client.create_run(experiment).info.run_id for _ in range(2))
    with fourfold.capture(outer):
        print("outer 1")
        with fourfold.capture(inner, streams=["stdout"]):
            print("inner")
            print("not the inner's", file=sys.stderr)
        print("outer 2")
    assert log(inner).messages() == ["inner"]
    assert log(outer).messages() == ["outer 1", "not the inner's", "outer 2"]


def test_threads_with_runs_of_their_own_keep_apart(experiment, log):
    runs = [mlflow.MlflowClient().create_run(experiment).info.run_id for _ in range(4)]
    together = threading.Barrier(4)

    def train(run: str) -> None:
        with fourfold.capture(run):
            together.wait()
            for n in range(300):
                print(run, end=" ")
                print(n)
            together.wait()

    threads = [threading.Thread(target=train, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run in runs:
        assert log(run).messages() == [f"{run} {n}" for n in range(300)]


def test_threads_of_a_run_share_its_log(run_id, log):
    def work(name: int) -> None:
        for n in range(300):
            print(f"{name}-{n}")

    with fourfold.capture(run_id):
        threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = log(run_id).messages()
    assert sorted(found) == sorted(f"{name}-{n}" for name in range(6) for n in range(300))
    for name in range(6):
        mine = [message for message in found if message.startswith(f"{name}-")]
        assert mine == [f"{name}-{n}" for n in range(300)]


def test_stdout_can_be_pickled_and_asked(run_id):
    with fourfold.capture(run_id):
        assert pickle.loads(pickle.dumps(sys.stdout)) is sys.stdout
        assert sys.stdout.writable()
        sys.stdout.writelines(["a\n", "b\n"])
        with pytest.raises(TypeError):
            sys.stdout.write(5)


def test_lines_reach_the_log_while_the_block_goes_on(run_id, log):
    with fourfold.capture(run_id) as capture:
        print("one")
        assert capture.flush(30)
        assert log(run_id).messages() == ["one"]
        assert capture.counts.waiting == 0
        print("two")
    assert log(run_id).messages() == ["one", "two"]


DESCRIPTORS = """
import ctypes, logging, os, subprocess, sys
import fourfold
with fourfold.capture(sys.argv[1], fd=True, streams=["stdout", "stderr"]) as capture:
    print("python", flush=True)
    os.write(1, b"descriptor \\xff\\n")
    subprocess.run(["sh", "-c", "echo child; echo child error >&2"], check=True)
    libc = ctypes.CDLL(None)
    libc.puts(b"libc")
    libc.fflush(None)
    print("at the end", end="")
print("|after")
"""


def test_descriptors_hear_subprocesses_and_c(run_id, log, program):
    out, err = program(DESCRIPTORS, run_id).communicate(timeout=60)
    assert out.endswith("at the end|after\n")
    assert "child error" in err
    found = log(run_id)
    assert found.messages("stdout") == ["python", "descriptor \\xff", "child", "libc", "at the end"]
    assert found.messages("stderr") == ["child error"]


def test_descriptors_of_a_process_that_lives_longer(run_id, program, log):
    text = """
import subprocess, sys, fourfold
with fourfold.capture(sys.argv[1], fd=True, streams=["stdout"]):
    child = subprocess.Popen(["sh", "-c", "echo first; read line; echo $line"], stdin=subprocess.PIPE, text=True)
    import time
    time.sleep(0.3)
child.communicate("second", timeout=30)
assert child.returncode == 0
"""
    out, err = program(text, run_id).communicate(timeout=60)
    assert (out, err) == ("first\nsecond\n", "")
    assert log(run_id).messages() == ["first"]


ENDINGS = {
    "falls off": "",
    "exit": "sys.exit(3)",
    "error": "raise RuntimeError('the end')",
    "printed at exit": "import atexit; atexit.register(print, 'at exit')",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_capture_without_block_is_flushed_at_the_end_of_the_process(ending, run_id, log, program):
    text = f"import sys, fourfold\nfourfold.capture(sys.argv[1]).start()\nprint('line')\n{ENDINGS[ending]}\n"
    process = program(text, run_id)
    out, err = process.communicate(timeout=60)
    found = log(run_id)
    if ending == "error":
        assert "RuntimeError: the end" in found.messages("stderr")
        assert "RuntimeError: the end" in err
    expected = ["line", "at exit"] if ending == "printed at exit" else ["line"]
    assert found.messages("stdout") == expected
    assert out.split("\n")[:-1] == expected


def test_first_line_may_be_printed_at_exit(run_id, log, program):
    # From Python 3.12 on no thread can be started then.
    text = "import atexit, sys, fourfold\nfourfold.capture(sys.argv[1]).start()\natexit.register(print, 'at exit')\n"
    assert program(text, run_id).communicate(timeout=60) == ("at exit\n", "")
    assert log(run_id).messages() == ["at exit"]


def test_signal_handler_may_print(run_id, log, program):
    text = """
import signal, sys, fourfold
signal.signal(signal.SIGALRM, lambda *_: print("tick", flush=True))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
with fourfold.capture(sys.argv[1], streams=["logging"]) as capture:
    import logging
    signal.signal(signal.SIGALRM, lambda *_: logging.getLogger("tick").error("tick"))
    for n in range(5000):
        logging.getLogger("work").error("line %d", n)
    signal.setitimer(signal.ITIMER_REAL, 0)
"""
    process = program(text, run_id)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert log(run_id).messages("work") == [f"line {n}" for n in range(5000)]


def test_json_of_fields(run_id, log):
    with fourfold.capture(run_id):
        logging.getLogger("f").warning(
            "x", extra={"fields": {"a": [1, {"b": None}]}, "deep": json.loads("[" * 50 + "]" * 50)}
        )
    (line,) = log(run_id).lines
    assert line["fields"]["fields"] == {"a": [1, {"b": None}]}


def test_run_that_is_not_there_is_told_once(url, capsys):
    with fourfold.capture("0" * 32) as capture:
        for n in range(10):
            print(n)
            capture.flush(10)
    assert capsys.readouterr().err.count("takes no log lines of this run (404") == 1
