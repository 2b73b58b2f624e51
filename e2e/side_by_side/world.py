"""What the requests so far have made, by symbols that stand for each server's own ids."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field

SYMBOL = re.compile(r"⟦[a-z]+#\d+⟧")


@dataclass
class Thing:
    """Something that a request made, or was meant to make."""

    symbol: str
    deleted: bool = False
    parent: Thing | None = None
    names: dict[str, str] = field(default_factory=dict)


class World:
    """What to choose from."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.things: dict[str, list[Thing]] = {}
        self.counters: dict[str, int] = {}
        self.models: dict[str, int] = {}  # registered models, and how many versions of each were asked for
        self.aliases: dict[str, set[str]] = {}
        self.files: list[tuple[Thing, str]] = []
        self.metric_keys: dict[str, set[str]] = {}

    def number(self, kind: str) -> int:
        """A number that grows."""
        self.counters[kind] = self.counters.get(kind, 0) + 1
        return self.counters[kind]

    def add(self, kind: str, parent: Thing | None = None) -> Thing:
        thing = Thing(f"⟦{kind}#{self.number(kind)}⟧", parent=parent)
        self.things.setdefault(kind, []).append(thing)
        return thing

    def lost(self, symbol: str) -> None:
        """It was not made after all: seldom asked for from now on, as what was deleted."""
        for thing in self.things.get(symbol[1:].split("#")[0], []):
            if thing.symbol == symbol:
                thing.deleted = True

    def any(self, kind: str, alive: float = 0.93) -> Thing | None:
        """One that lives, mostly; the newer the likelier, so that lives have length."""
        all_of_them = self.things.get(kind, [])
        if not all_of_them:
            return None
        wanted = [t for t in all_of_them if not t.deleted] if self.rnd.random() < alive else all_of_them
        wanted = wanted or all_of_them
        return wanted[-1 - int(self.rnd.random() ** 2 * len(wanted))]


class Side:
    """One server: what each symbol is there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, str] = {}
        self.symbols: dict[str, str] = {}
        self.experiments: dict[str, str] = {"0": "⟦experiment#0⟧"}
        self.values["⟦experiment#0⟧"] = "0"

    def learn(self, symbol: str, value: str) -> None:
        self.values[symbol] = value
        if symbol.startswith("⟦experiment#"):
            self.experiments[value] = symbol
        else:
            self.symbols[value] = symbol

    def spell(self, value: object) -> object:
        """The same with this side's ids in place of symbols; what was never made here is asked for by a name of none."""
        if isinstance(value, str):
            return SYMBOL.sub(lambda m: self.values.get(m.group(), "absent" + re.sub(r"\W", "", m.group())), value)
        if isinstance(value, list):
            return [self.spell(v) for v in value]
        if isinstance(value, tuple):
            return tuple(self.spell(v) for v in value)
        if isinstance(value, dict):
            return {self.spell(k): self.spell(v) for k, v in value.items()}
        return value


@dataclass
class Request:
    """A request by symbols."""

    endpoint: str
    method: str
    path: str
    query: list[tuple[str, object]] | None = None
    body: object = None  # JSON, or bytes as they are
    content_type: str | None = "application/json"
    odd: str = ""
    # Symbols that the answer explains, with the path into its JSON.
    makes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: list[tuple[Thing, bool]] = field(default_factory=list)  # lifecycle, if it succeeds

    def text(self) -> str:
        body = self.body.decode("utf-8", "replace") if isinstance(self.body, bytes) else json.dumps(self.body)
        query = "&".join(f"{k}={v}" for k, v in self.query or [])
        shown = f"{self.method} {self.path}{'?' + query if query else ''} {body if self.body is not None else ''}"
        return shown if len(shown) < 1500 else shown[:1500] + "…"
