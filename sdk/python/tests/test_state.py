"""Training state that workers share: leases, values, counters, barriers, work lists."""

from __future__ import annotations

import os
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

TAKER = """
import sys, time, fourfold
for item in fourfold.State(sys.argv[1]).work("list").each(lease=float(sys.argv[2])):
    print(item.id, item.token, flush=True)
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
        found = state._calls.call("GET", "/leases/lease")
        assert (found["holder"], found["token"]) == (lease.holder, lease.token)


def test_late_release_does_not_end_the_next_holding(state: State) -> None:
    lease = state.lease("lease", ttl=TTL).acquire()
    late = {"token": lease.token}
    holder = lease.holder
    lease.release()
    lease.acquire()
    assert lease.holder != holder
    state._calls.call("POST", "/leases/lease/release", late)
    assert state._calls.call("GET", "/leases/lease")["holder"] == lease.holder
    lease.release()


def test_forked_process_holds_nothing(state: State) -> None:
    with state.lease("lease", ttl=30) as lease:
        child = os.fork()
        if child == 0:
            believed = lease.held
            lease.release()
            os._exit(1 if believed else 0)
        assert os.waitpid(child, 0)[1] == 0
        assert state._calls.call("GET", "/leases/lease")["token"] == lease.token


def test_renewal_that_finds_the_lease_gone_is_told(state: State) -> None:
    lease = state.lease("lease", ttl=TTL).acquire()
    state._calls.call("POST", "/leases/lease/release", {"token": lease.token})
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


def test_barrier_lets_workers_go_on_when_all_have_come(namespace: str) -> None:
    parties, generations = 3, 4
    come = [0] * (generations + 1)
    guard = threading.Lock()
    wrong: list[str] = []

    def work(rank: int) -> None:
        with State(namespace).barrier("epoch", parties, worker=f"rank-{rank}") as barrier:
            for generation in range(1, generations + 1):
                with guard:
                    come[generation] += 1
                passed = barrier.wait(LIMIT)
                if (passed, come[generation]) != (generation, parties):
                    wrong.append(f"{rank} passed {passed} when {come[generation]} had come to {generation}")

    workers = [threading.Thread(target=work, args=(rank,)) for rank in range(parties)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LIMIT)
    assert come == [0] + [parties] * generations
    assert not wrong


def test_worker_who_gave_up_waiting_is_there_still(state: State) -> None:
    first = state.barrier("epoch", 2, worker="a")
    with pytest.raises(TimeoutError, match="1 of 2"):
        first.wait(0.1)
    assert state.barrier("epoch", 2, worker="b").wait(LIMIT) == 1
    assert first.wait(LIMIT) == 1


def test_items_of_a_list_are_completed_once_whoever_dies(namespace: str, state: State) -> None:
    work = state.work("list")
    items = {f"item-{number}": str(number) for number in range(40)}
    assert work.add(items) == 40
    assert work.add(items) == 0
    completed: list[str] = []
    guard = threading.Lock()

    def take(clumsy: bool) -> None:
        seen = 0
        while True:
            try:
                for item in State(namespace).work("list").each(lease=30):
                    seen += 1
                    if clumsy and seen % 3 == 0:
                        raise RuntimeError("dropped it")
                    item.done(str(int(item.value) ** 2))
                    with guard:
                        completed.append(item.id)
                return
            except RuntimeError:
                continue

    workers = [threading.Thread(target=take, args=(number == 0,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LIMIT)
    assert sorted(completed) == sorted(items)
    assert work.counts() == {"waiting": 0, "taken": 0, "done": 40}
    assert work.result("item-7") == "49"
    work.delete()


def test_item_of_a_killed_worker_passes_on(namespace: str, state: State, program) -> None:
    work = state.work("list")
    work.add({"one": ""})
    taker = program(TAKER, namespace, str(TTL))
    assert taker.stdout
    id_, token = taker.stdout.readline().split()
    assert list(work.each(wait=False)) == []
    taker.kill()
    taker.communicate()
    for item in work.each(lease=TTL):
        assert item.id == id_ == "one"
        assert item.token > int(token)
        item.done()
    assert work.result("one") is None
    assert work.counts()["done"] == 1


def test_item_outlives_its_time_while_its_worker_lives(state: State) -> None:
    state.work("list").add({"one": ""})
    for item in state.work("list").each(lease=TTL):
        until_end = threading.Event()
        until_end.wait(2 * TTL)
        assert item.held
        assert list(state.work("list").each(wait=False)) == []
        item.done()


def test_item_that_another_took_meanwhile_is_lost(state: State, namespace: str, between: Between) -> None:
    state.work("list").add({"one": ""})
    for item in State(namespace, tracking_uri=between.url, patience=LIMIT).work("list").each(lease=TTL, wait=False):
        between.mood = lambda number: "503"
        for again in state.work("list").each(lease=TTL):
            assert not item.held
            again.done("mine")
        between.mood = lambda number: "pass"
        with pytest.raises(LeaseLost):
            item.done("too late")
    assert state.work("list").result("one") == "mine"


def test_item_that_nobody_ended_is_given_back(state: State) -> None:
    work = state.work("list")
    work.add({"one": ""})
    with pytest.raises(RuntimeError, match="neither done nor given back"):
        for _ in work.each():
            pass
    assert work.counts() == {"waiting": 1, "taken": 0, "done": 0}


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
