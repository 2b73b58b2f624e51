"""Makes a good request odd or malformed, in the ways of the map's traps."""

from __future__ import annotations

import json
import random

from side_by_side.world import Request

ABSENT_RUN = "0123456789abcdef0123456789abcdef"
# Fields that MLflow checks by type, whatever the endpoint.
IDS = {"run_id", "run_uuid", "experiment_id", "model_id", "name", "version", "experiment_name"}


def make_odd(request: Request, rnd: random.Random) -> Request:
    """The same, with one thing wrong or unusual; its symbols are still what a surprising success would explain."""
    ways = [unknown_route, wrong_method]
    if request.query is not None:
        ways += [query_without, query_empty, query_absent_id, query_extra, query_bad_number, query_repeated] * 3
        ways += [bad_filter, bad_order, bad_token] * (6 if "search" in request.endpoint else 0)
    elif isinstance(request.body, dict):
        ways += [without, empty, absent_id, extra, long, odd_name] * 8
        ways += [null, camel_case, twice_encoded, other_content, no_content, number_as_text] * 4
        # MLflow answers most of these with 500, which never agrees: a few of them tell as much as many.
        ways += rnd.choices([[], [not_json, array]], [5, 1])[0]
        ways += [wrong_type_of_id] * 4
        ways += [bad_filter, bad_order, bad_token, bad_size] * (12 if "search" in request.endpoint else 0)
        ways += [bad_metric] * (24 if "log-metric" in request.endpoint or "log-batch" in request.endpoint else 0)
        ways += [too_many] * (8 if "log-batch" in request.endpoint else 0)
    else:
        ways += [odd_path] * 4
    for _ in range(20):
        way = rnd.choice(ways)
        if way(request, rnd):
            request.odd = way.__name__
            break
    return request


# --- routes ---


def unknown_route(q: Request, rnd: random.Random) -> bool:
    if "mlflow-artifacts" in q.path or "logged-models" in q.path:
        return False
    q.path = rnd.choice([q.path.replace("/mlflow/", "/mlflow/none/"), q.path + "s", q.path + "/x"])
    return True


def wrong_method(q: Request, rnd: random.Random) -> bool:
    others = {"GET": ["PUT"], "POST": ["PUT"], "PATCH": ["PUT"], "DELETE": ["PUT"], "PUT": ["POST"]}
    if "logged-models" in q.path:
        return False
    q.method = rnd.choice(others[q.method])
    return True


def odd_path(q: Request, rnd: random.Random) -> bool:
    if "mlflow-artifacts/" not in q.path:
        return False
    q.path += rnd.choice(["/../../x", "/%2e%2e/x", "/..%2f..%2fx", "/x%23y", "/%252e%252e/y", "/x/../../../y"])
    return True


# --- queries ---


def lists_all_artifacts(q: Request) -> bool:
    """Without a path the folders of all experiments are listed: ids of each server's own, in their order."""
    return q.endpoint == "mlflow-artifacts list"


def query_without(q: Request, rnd: random.Random) -> bool:
    if not q.query or lists_all_artifacts(q):
        return False
    gone = rnd.choice(q.query)[0]
    q.query = [pair for pair in q.query if pair[0] != gone]
    return True


def query_empty(q: Request, rnd: random.Random) -> bool:
    if not q.query or lists_all_artifacts(q):
        return False
    n = rnd.randrange(len(q.query))
    q.query[n] = (q.query[n][0], "")
    return True


def query_absent_id(q: Request, rnd: random.Random) -> bool:
    places = [n for n, (k, _) in enumerate(q.query or []) if k in IDS or k == "run_ids"]
    if not places:
        return False
    n = rnd.choice(places)
    key = q.query[n][0]
    q.query[n] = (key, rnd.choice(absent(key)))
    return True


def absent(key: str) -> list[str]:
    if key in ("run_id", "run_uuid", "run_ids"):
        return [ABSENT_RUN, "nope", "a b", "../x"]
    if key == "experiment_id":
        return ["99999999", "abc", "-1", "1.5"]
    if key == "version":
        return ["999", "abc", "0", "-1", "1.0"]
    if key == "model_id":
        return ["m-" + ABSENT_RUN, "nope"]
    return ["never made", "a/b", "a:b", "x" * 200]


def query_extra(q: Request, rnd: random.Random) -> bool:
    q.query = [*(q.query or []), (rnd.choice(["unknown", "pageToken_", "x"]), "1")]
    return True


def query_bad_number(q: Request, rnd: random.Random) -> bool:
    if sum(key == "run_id" for key, _ in q.query or []) > 1:
        return False  # which runs are cut off hangs on the order of ids, which chance made
    q.query = [pair for pair in q.query or [] if pair[0] != "max_results"]
    q.query.append(("max_results", rnd.choice(["0", "-1", "50001", "1000001", "25001", "abc", "1.5", "99999999999999999999"])))
    return True


def query_repeated(q: Request, rnd: random.Random) -> bool:
    if not q.query:
        return False
    q.query.append(rnd.choice(q.query))
    return True


# --- bodies ---


def scalars(q: Request) -> list[str]:
    return [k for k, v in q.body.items() if isinstance(v, (str, int, float)) and not isinstance(v, bool)]


def fields(q: Request, rnd: random.Random, chosen: list[str]) -> list[str]:
    """Those to spoil.

    Of a new run seldom the experiment, as MLflow then tells of its database's foreign keys, and never the start: runs
    that started at the same moment come in the order of their ids, which chance made.
    """
    if q.endpoint != "runs/create":
        return chosen
    return [k for k in chosen if k != "start_time" and (k != "experiment_id" or rnd.random() < 0.2)]


def without(q: Request, rnd: random.Random) -> bool:
    keys = fields(q, rnd, list(q.body))
    if not keys:
        return False
    del q.body[rnd.choice(keys)]
    return True


def empty(q: Request, rnd: random.Random) -> bool:
    texts = [k for k in scalars(q) if isinstance(q.body[k], str) and k not in ("value", "status", "run_view_type", "view_type")]
    texts = fields(q, rnd, texts)
    if not texts:
        return False
    q.body[rnd.choice(texts)] = ""
    return True


def null(q: Request, rnd: random.Random) -> bool:
    keys = fields(q, rnd, scalars(q))
    if not keys:
        return False
    q.body[rnd.choice(keys)] = None
    return True


def absent_id(q: Request, rnd: random.Random) -> bool:
    keys = [k for k in q.body if k in IDS]
    if not keys:
        return False
    key = rnd.choice(keys)
    q.body[key] = rnd.choice(absent(key))
    return True


def extra(q: Request, rnd: random.Random) -> bool:
    q.body[rnd.choice(["unknown", "nothing_known", "x"])] = rnd.choice([1, "a", None, [], {}])
    return True


def long(q: Request, rnd: random.Random) -> bool:
    texts = [k for k in scalars(q) if k in ("name", "new_name", "key", "value", "description", "alias", "run_name", "stage")]
    if not texts:
        return False
    key = rnd.choice(texts)
    lengths = [250, 251, 256, 500, 501, 5001, 6001, 8001]
    if key == "run_name" or key in ("name", "new_name") and ("model" in q.endpoint or "version" in q.endpoint):
        lengths = lengths[:2]  # SQLite keeps longer ones than the column that MLflow declares for them
    q.body[key] = "x" * rnd.choice(lengths)
    return True


def odd_name(q: Request, rnd: random.Random) -> bool:
    texts = [k for k in scalars(q) if k in ("name", "new_name", "key", "alias", "stage", "run_name")]
    if not texts:
        return False
    names = ["a/b", "a:b", "a//b", ".", "../x", "/a", "a\nb", "latest", "v1", "a%b", "ünï", " ", "a'b", 'a"b', "a`b", "😀", "a?b"]
    q.body[rnd.choice(texts)] = rnd.choice(names)
    return True


def wrong_type_of_id(q: Request, rnd: random.Random) -> bool:
    keys = [k for k in q.body if k in IDS]
    if not keys:
        return False
    q.body[rnd.choice(keys)] = rnd.choice([123, 1.5, True, ["a"], {"a": 1}])
    return True


def camel_case(q: Request, rnd: random.Random) -> bool:
    keys = [k for k in q.body if "_" in k]
    if not keys:
        return False
    key = rnd.choice(keys)
    head, *rest = key.split("_")
    q.body[head + "".join(word.capitalize() for word in rest)] = q.body.pop(key)
    return True


def number_as_text(q: Request, rnd: random.Random) -> bool:
    keys = [k for k, v in q.body.items() if type(v) is int and k != "value"]
    if not keys:
        return False
    key = rnd.choice(keys)
    q.body[key] = str(q.body[key])
    return True


def twice_encoded(q: Request, rnd: random.Random) -> bool:
    q.body = json.dumps(q.body)
    return True


def array(q: Request, rnd: random.Random) -> bool:
    q.body = rnd.choice([[], [1], "text", 1])
    return True


def not_json(q: Request, rnd: random.Random) -> bool:
    q.body = rnd.choice([b"", b"{", b"not json", b'{"a":}', b"{'a': 1}"])
    return True


def other_content(q: Request, rnd: random.Random) -> bool:
    q.content_type = rnd.choice(["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"])
    return True


def no_content(q: Request, rnd: random.Random) -> bool:
    q.content_type = None
    return True


def bad_metric(q: Request, rnd: random.Random) -> bool:
    metric = q.body
    if "metrics" in q.body:
        if not q.body["metrics"]:
            return False
        metric = rnd.choice(q.body["metrics"])
    what = rnd.choice(["timestamp", "key", "no value", "no timestamp", "no key", "long", "value", "step"])
    if what == "timestamp":
        metric["timestamp"] = rnd.choice([-1, -(2**40), 0])
    elif what == "step":
        metric["step"] = rnd.choice([-(2**62), 2**62, "7"])
    elif what == "key":
        metric["key"] = rnd.choice(["a//b", ".", "../x", "/a", "a\nb", "", "a?b", "time", "ü:ü"])
    elif what == "long":
        metric["key"] = "k" * rnd.choice([250, 251])
    elif what == "value":
        # Where MLflow half reads a value ("nan" in small letters; in a batch, a list too), it keeps 0 at time 0, drops
        # what follows, and says 200: all later answers tell of it. Here they are NaN, and refused.
        metric["value"] = rnd.choice(["NaN", "1.5", None, *([] if "metrics" in q.body else [[], {}])])
    else:
        metric.pop(what.split()[1], None)
    return True


def too_many(q: Request, rnd: random.Random) -> bool:
    what = rnd.choice(["metrics", "params", "tags"])
    if what == "metrics":
        q.body["metrics"] = [{"key": f"m{n}", "value": 1.0, "timestamp": 5, "step": n} for n in range(1001)]
    else:
        q.body[what] = [{"key": f"{what[0]}{n}", "value": "1"} for n in range(101)]
    return True


# --- searches ---

BAD_FILTERS = [
    "nothing", "name", "name =", "name = 1 OR name = 2", "(name = 'a')", "metrics.a = 'text'", "params.a = 1", "tags.a > '1'",
    "unknown.a = '1'", "name LIKE", "metrics.`a = 1", "name == 'a'", "name = 'a' AND", "AND", "status LIKE 'a%", "';--",
    "metrics.a IN (1)", "attributes.nothing = 'x'", "name = \"a", "start_time = 'x'", "NOT name = 'a'", "name IS NULL",
]  # fmt: skip
BAD_ORDERS = ["nothing.a", "name SIDEWAYS", "metrics.a b", "", "attributes.nothing", "name DESC ASC", "tags", "'", "metrics.`a"]


def put(q: Request, key: str, value: object) -> None:
    if q.query is not None:
        q.query = [pair for pair in q.query if pair[0] != key] + [(key, value)]
    else:
        q.body[key] = value


def bad_filter(q: Request, rnd: random.Random) -> bool:
    put(q, "filter", rnd.choice(BAD_FILTERS))
    return True


def bad_order(q: Request, rnd: random.Random) -> bool:
    bad = rnd.choice(BAD_ORDERS)
    if "logged-models" in q.endpoint:
        bad = {"field_name": bad}
    put(q, "order_by", bad if q.query is not None else [bad])
    return True


def bad_token(q: Request, rnd: random.Random) -> bool:
    put(q, "page_token", rnd.choice(["nonsense", "eyJvZmZzZXQiOiAieCJ9", "%%%", "e30="]))
    return True


def bad_size(q: Request, rnd: random.Random) -> bool:
    put(q, "max_results", rnd.choice([0, -1, 50001, 1000001, 2**31]))
    return True
