"""Training state that workers share: leases, values, counters."""

from __future__ import annotations

import threading
import uuid

import pytest
from conftest import LIMIT, Between, until

import fourfold
from fourfold import Changed, Held, LeaseLost, State, StateError

TTL = 2.0
"""Short, as some tests wait for its end."""

HOLDER = """
import sys, time, fourfold
lease = fourfold.State(sys.argv[1]).lease("lease", ttl=float(sys.argv[2])).acquire()
print(lease.token, flush=True)
time.sleep(600)
"""


@pytest.fixture
def namespace() -> str:
    return f"sdk-{uuid.uuid4().hex}"


@pytest.fixture
def state(namespace: str) -> State:
    return State(namespace, patience=LIMIT)


def test_lease_has_one_holder_and_the_next_one_a_greater_token(state: State) -> None:
    with state.lease("lease") as first:
        assert first.held
        with pytest.raises(Held, match="held"):
            state.lease("lease", wait=0).acquire()
        token = first.token
    assert not first.held
    with state.lease("lease", wait=LIMIT) as second:
        assert second.token > token


def test_lease_outlives_its_time_while_its_holder_lives(state: State) -> None:
    with state.lease("lease", ttl=TTL) as lease:
        token = lease.token
        with pytest.raises(Held):
            state.lease("lease", ttl=TTL, wait=2 * TTL).acquire()
        assert lease.token == token


def test_lease_of_a_killed_process_passes_on(state: State, namespace: str, program) -> None:
    holder = program(HOLDER, namespace, str(TTL))
    assert holder.stdout
    token = int(holder.stdout.readline())
    holder.kill()
    with state.lease("lease", ttl=TTL, wait=LIMIT) as next_one:
        assert next_one.token > token
    holder.communicate()


def test_cut_off_holder_stops_believing_before_another_is_granted(
    namespace: str, state: State, between: Between
) -> None:
    with State(namespace, tracking_uri=between.url).lease("lease", ttl=TTL) as cut_off:
        between.mood = lambda number: "503"
        with state.lease("lease", ttl=TTL, wait=LIMIT):
            assert not cut_off.held
            with pytest.raises(LeaseLost):
                _ = cut_off.token


def test_lost_answer_does_not_lose_the_lease(namespace: str, state: State, between: Between) -> None:
    between.mood = lambda number: "lose-answer" if number == 0 else "pass"
    with State(namespace, tracking_uri=between.url).lease("lease", wait=LIMIT) as lease:
        assert len(between.requests) > 1
        found = state.call("GET", "/leases/lease")
        assert (found["holder"], found["token"]) == (lease.holder, lease.token)


def test_renewal_that_finds_the_lease_gone_is_told(state: State) -> None:
    lease = state.lease("lease", ttl=TTL).acquire()
    state.call("POST", "/leases/lease/release", {"token": lease.token})
    until(lambda: not lease.held, "the renewal is refused")
    lease.release()


def test_many_workers_never_hold_it_together(namespace: str) -> None:
    inside, most, tokens = 0, 0, []
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with State(namespace).lease("lease", ttl=30, wait=LIMIT) as lease:
                with guard:
                    inside += 1
                    most = max(most, inside)
                    tokens.append(lease.token)
                with guard:
                    inside -= 1

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LIMIT)
    assert most == 1
    assert len(tokens) == 20
    assert tokens == sorted(set(tokens))


def test_value_is_set_where_its_version_is_known(state: State) -> None:
    assert state.get("best") is None
    first = state.set("best", "0.5", version=0)
    with pytest.raises(Changed):
        state.set("best", "0.6", version=0)
    second = state.set("best", "0.7", version=first)
    assert second > first
    assert state.get("best") == ("0.7", second)
    assert state.remove("best")
    assert not state.remove("best")
    assert state.set("best", "0.8", version=0) > second


def test_value_with_a_time_goes_by_itself(state: State) -> None:
    state.set("brief", "x", ttl=0.5)
    until(lambda: state.get("brief") is None, "it goes")


def test_updates_of_many_workers_all_count(namespace: str) -> None:
    def work() -> None:
        for _ in range(10):
            State(namespace).update("sum", lambda before: str(int(before or 0) + 1))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LIMIT)
    found = State(namespace).get("sum")
    assert found
    assert found.value == "30"


def test_addition_whose_answer_is_lost_counts_once(namespace: str, state: State, between: Between) -> None:
    between.mood = lambda number: "lose-answer" if number == 0 else "pass"
    assert state.count("steps") == 0
    assert State(namespace, tracking_uri=between.url).add("steps", 5) == 5
    assert len(between.requests) == 2
    assert state.add("steps") == 6
    assert state.add("steps", -2) == 4
    assert state.count("steps") == 4


def test_mistakes_are_told(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StateError) as refused:
        state.lease("lease", ttl=10**9).acquire()
    assert refused.value.kind == "invalid-argument"
    with pytest.raises(ValueError, match="more than 0"):
        state.lease("lease", ttl=0)
    with pytest.raises(ValueError, match="address"):
        State("x", tracking_uri="./mlruns")


def test_nobody_there_is_told_after_the_patience() -> None:
    with pytest.raises(StateError) as away:
        State("x", tracking_uri="http://127.0.0.1:9", patience=0.2).usage()
    assert away.value.status == 0


def test_limits_are_set_and_usage_is_told(state: State) -> None:
    state.define(max_keys=1)
    with state.lease("one"):
        assert state.usage()["usage"]["keys"] == 1
        with pytest.raises(StateError) as full:
            state.lease("two", wait=0).acquire()
        assert full.value.kind == "limit-exceeded"
    state.delete()
    assert not state.usage()["defined"]
    assert fourfold.State is State
