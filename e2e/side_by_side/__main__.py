"""Sends the same generated requests, a third of them odd, to MLflow's server and to the gateway, both on fresh data.

Compares status, error code and normalised body of each answer, and fails where they differ in a way that is not meant
(differences.py). With a second MLflow server as the control it also shows that what is called a difference is none
between two servers of the same kind.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import json
import math
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode, urlsplit

from side_by_side import differences, generated, odd
from side_by_side.answers import Seen, alike, seen
from side_by_side.world import Request, Side, World

ODD_SHARE = 0.36  # a little over a third: some ways do not fit a request, which then stays as it was


class Server:
    """A server and what the symbols are there."""

    def __init__(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        self.side = Side(name)
        self.host, self.port = parts.hostname, parts.port
        self.connection: http.client.HTTPConnection | None = None
        self.seconds = 0.0

    def ask(self, request: Request) -> Seen:
        path = quote(str(self.side.spell(request.path)), safe="/%+:?=&.")
        if request.query:
            path += "?" + urlencode([(k, self.side.spell(v)) for k, v in request.query])
        headers = {"Content-Type": request.content_type} if request.content_type else {}
        body = request.body
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(self.side.spell(body)).encode()
        began = time.perf_counter()
        status, content_type, data = self.send(request.method, path, body, headers)
        self.seconds += time.perf_counter() - began
        if status == 200:
            self.learn(request, data)
        return seen(self.side, status, content_type, data)

    def send(self, method: str, path: str, body: bytes | None, headers: dict) -> tuple[int, str, bytes]:
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                data = response.read()
                if response.will_close:
                    self.close()
                return response.status, response.getheader("Content-Type", ""), data
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()  # a kept connection that the server had closed meanwhile
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def learn(self, request: Request, data: bytes) -> None:
        for symbol, way in request.makes.items():
            value = json.loads(data)
            for step in way:
                value = value.get(step) if isinstance(value, dict) else None
            if isinstance(value, str):
                self.side.learn(symbol, value)


# The share of requests that MLflow may answer unlike itself. It should be none: more, and the requests are to be mended.
CHANCE = 0.001

# How many standard deviations chance may add to a share: a run of the tests must not fail by its seed.
DEVIATIONS = 3


def deck(rnd: random.Random, requests: int) -> list[str]:
    """Which endpoints are asked, each as often as its share says, what makes things a little earlier."""
    total = sum(times for times, _ in generated.ENDPOINTS.values())
    least = max(1, requests // 100)
    names = [
        name
        for name, (times, _) in generated.ENDPOINTS.items()
        for _ in range(max(least, round(times * requests / total)))
    ]
    rnd.shuffle(names)
    makers = ["experiments/create", "runs/create", "registered-models/create", "logged-models create"]
    return makers * 3 + names


def main() -> int:
    parser = argparse.ArgumentParser(prog="side_by_side", description=__doc__, allow_abbrev=False)
    parser.add_argument("--mlflow", required=True, help="address of an MLflow server on fresh data")
    parser.add_argument("--gateway", required=True, help="address of the gateway, on fresh data")
    parser.add_argument("--control", help="address of a second MLflow server, on fresh data")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run")
    parser.add_argument("--share", type=float, default=0.01, help="of requests that meant differences may make up")
    parser.add_argument("--only", default="", help="endpoints that begin so (comma-separated), to look at one family")
    parser.add_argument("--messages", action="store_true", help="also list errors whose messages differ")
    parser.add_argument("--meant", action="store_true", help="also list the differences that are meant")
    parser.add_argument("--show", type=int, default=40, help="differences to print")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    print(f"side by side: seed {seed}, {options.requests} requests", flush=True)
    if options.only:
        starts = tuple(options.only.split(","))
        for name in [n for n in generated.ENDPOINTS if not n.startswith(starts)]:
            del generated.ENDPOINTS[name]
    rnd = random.Random(seed)
    world = World(rnd)
    servers = [Server("mlflow", options.mlflow), Server("gateway", options.gateway)]
    if options.control:
        servers.append(Server("control", options.control))
    asked: collections.Counter[str] = collections.Counter()
    statuses: collections.Counter[int] = collections.Counter()
    odds = 0
    meant: collections.Counter[str] = collections.Counter()
    found: list[str] = []
    messages: list[str] = []
    meant_ones: list[str] = []
    controls: list[str] = []
    with ThreadPoolExecutor(len(servers)) as together:
        for number, name in enumerate(deck(rnd, options.requests)):
            request = generated.ENDPOINTS[name][1](world) if name in generated.ENDPOINTS else None
            if request is None:
                continue
            if rnd.random() < ODD_SHARE and number > 12:
                request = odd.make_odd(request, rnd)
            odds += bool(request.odd)
            asked[name] += 1
            left, right, *rest = together.map(lambda server, request=request: server.ask(request), servers)
            statuses[left.status] += 1
            if left.status == 200:
                for thing, deleted in request.after:
                    thing.deleted = deleted
            else:
                for symbol in request.makes:
                    world.lost(symbol)
            if number % 500 == 499:
                print(f"  {number + 1} asked, {len(found)} differ, {sum(meant.values())} meant", flush=True)
            label = f"#{number} {request.odd or 'well-formed'}: {request.text()}"
            unsure = [f"{label}\n{shown(left, control)}" for control in rest if not left.same(control)]
            controls.extend(unsure)
            if unsure:
                continue  # What MLflow answers by chance cannot be answered alike.
            if left.same(right):
                if left.message != right.message and left.kind == "json":
                    messages.append(f"{label}\n    mlflow:  {left.message!r}\n    gateway: {right.message!r}")
                continue
            difference = differences.meant(request, left, right)
            if difference is not None:
                meant[difference.name] += 1
                meant_ones.append(f"{difference.name}: {label}\n{shown(left, right)}")
                continue
            found.append(f"{label}\n{shown(left, right)}")
    for text in found[: options.show]:
        print(text)
    if controls:
        print(f"\nMLflow differs from itself {len(controls)} times:")
        for text in controls[: options.show]:
            print(text)
    if options.meant:
        print(f"\n{len(meant_ones)} differences are meant:")
        for text in meant_ones[: options.show]:
            print(text)
    if options.messages:
        print(f"\n{len(messages)} errors are told in other words:")
        for text in messages[: options.show]:
            print(text)
    total = sum(asked.values())
    print(f"\nasked {total} ({odds} odd), {len(asked)} endpoints, the rarest {min(asked.values())} times")
    print("  mlflow answered " + ", ".join(f"{n} x {status}" for status, n in statuses.most_common()))
    for server in servers:
        print(f"  {server.side.name}: {server.seconds:.1f} s, {1000 * server.seconds / total:.1f} ms a request")
    for name, times in meant.most_common():
        print(f"meant: {times} x {name}")
    print(f"errors in other words: {len(messages)}")
    print(f"differences: {len(found)}; meant ones: {sum(meant.values())} ({100 * sum(meant.values()) / total:.2f} %)")
    if options.control:
        print(f"control: {len(controls)} differences between two MLflow servers")
    return 1 if found or len(controls) > most(CHANCE, total) or sum(meant.values()) > most(options.share, total) else 0


def most(share: float, requests: int) -> float:
    """How many of so many requests may be of a kind whose share is at most this one."""
    return share * requests + DEVIATIONS * math.sqrt(share * requests)


def shown(left: Seen, right: Seen) -> str:
    if (left.status, left.code, left.kind) != (right.status, right.code, right.kind):
        return "\n".join(
            f"    {name}: {s.status} {s.kind} {s.code or ''} {s.message or json.dumps(s.body)[:300]}"
            for name, s in (("mlflow ", left), ("gateway", right))
        )
    return "\n".join(f"    {line}" for line in where(left.body, right.body, "$"))


def where(a: object, b: object, path: str) -> list[str]:
    """The places at which two bodies differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [
            line
            for key in sorted(a.keys() | b.keys())
            if not alike(a.get(key), b.get(key)) or (key in a) != (key in b)
            for line in where(a.get(key, "⟦nothing⟧"), b.get(key, "⟦nothing⟧"), f"{path}.{key}")
        ]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [line for n, (x, y) in enumerate(zip(a, b)) if not alike(x, y) for line in where(x, y, f"{path}[{n}]")]
    return [f"{path}: mlflow {json.dumps(a)[:400]} | gateway {json.dumps(b)[:400]}"]


if __name__ == "__main__":
    sys.exit(main())
