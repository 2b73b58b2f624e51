"""What of an answer is compared."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from side_by_side.world import Side

# Set by each server's own clock.
CLOCK = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp", "creation_timestamp_ms",
    "last_updated_timestamp_ms",
}  # fmt: skip
# Opaque to clients.
TOKENS = {"next_page_token", "page_token"}
RANDOM_NAME = re.compile(r"^[a-z]+-[a-z]+-\d{1,4}$")
# Lists whose order nobody promises.
SETS = {"tags", "params", "metrics", "aliases", "latest_versions", "model_inputs", "model_outputs"}
ID = re.compile(r"(?:m-)?[0-9a-f]{32}")
IN_URI = re.compile(r"(mlflow-artifacts:/)(\d+)(?=/|$)")
IN_MESSAGE = re.compile(r"(?i)((?:experiment_id|experiment with id|experiment|id)[ =:']+)(\d+)")


@dataclass(frozen=True)
class Seen:
    """An answer, normalised."""

    status: int
    kind: str  # json, html, text, bytes
    code: str | None
    body: object
    message: str | None

    def same(self, other: Seen) -> bool:
        return (self.status, self.kind, self.code) == (other.status, other.kind, other.code) and alike(
            self.body, other.body
        )


def alike(a: object, b: object) -> bool:
    """Equality that tells 1 from 1.0 and from true."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(alike, a, b))
    return a == b


def seen(side: Side, status: int, content_type: str, body: bytes) -> Seen:
    kind = content_type.split(";")[0].strip()
    if kind == "application/json":
        try:
            read = json.loads(body, parse_constant=lambda word: f"bare {word}")
        except ValueError:
            return Seen(status, "broken json", None, body.decode("utf-8", "replace"), None)
        if isinstance(read, dict) and "error_code" in read and status >= 400:
            return Seen(status, "json", read["error_code"], None, plain(side, str(read.get("message"))))
        return Seen(status, "json", None, normal(side, read), None)
    if kind.startswith("text/") and status >= 400:
        return Seen(status, kind, None, None, body.decode("utf-8", "replace"))
    # MLflow calls the plain words of /version and /health HTML.
    kind = "text" if kind.startswith("text/") else kind
    return Seen(status, kind, None, plain(side, body.decode("utf-8", "replace")), None)


def plain(side: Side, text: str) -> str:
    text = ID.sub(lambda m: side.symbols.get(m.group(), m.group()), text)
    text = IN_URI.sub(lambda m: m.group(1) + side.experiments.get(m.group(2), m.group(2)), text)
    return IN_MESSAGE.sub(lambda m: m.group(1) + side.experiments.get(m.group(2), m.group(2)), text)


def normal(side: Side, value: object, key: str = "", depth: int = 0) -> object:
    if isinstance(value, dict):
        return {k: normal(side, v, k, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        items = [normal(side, v, key, depth) for v in value]
        if key == "metrics" and depth == 1:
            # A history, which has an order; those of several runs follow each other by ids, which chance made.
            return sorted(items, key=lambda v: v.get("run_id", ""))
        return sorted(items, key=lambda v: json.dumps(v, sort_keys=True)) if key in SETS else items
    if key in CLOCK and isinstance(value, int) and not isinstance(value, bool) and value > 1_600_000_000_000:
        return "⟦now⟧"
    if isinstance(value, str):
        if key in TOKENS:
            return "⟦token⟧"
        if key == "experiment_id":
            return side.experiments.get(value, value)
        if key in ("run_name", "value", "name") and RANDOM_NAME.match(value):
            return "⟦random name⟧"
        return plain(side, value)
    return value
