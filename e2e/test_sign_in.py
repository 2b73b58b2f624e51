"""Signing in: what is verified is remembered, and what is revoked is refused by every gateway from that answer on.

Needs a platform where everybody signs in, and an administrator in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
With FOURFOLD_SECOND_URL each change goes through one gateway and is asked of the other; with E2E_DATA_DIR Redis forgets
everything, and is killed, meanwhile.
"""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
import requests
from wire import TRACKING, Wire

pytestmark = [
    pytest.mark.fourfold_only,
    pytest.mark.skipif(
        not os.environ.get("MLFLOW_TRACKING_PASSWORD"), reason="needs an administrator's name and password"
    ),
]

PASSWORD = "correct horse battery staple"
EXPERIMENT = f"{TRACKING}experiments/get?experiment_id=0"
Credential = dict[str, str] | tuple[str, str]


class Gateway:
    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, shown: Credential | None = None, **more: object) -> requests.Response:
        """A request of its own connection, with a user and a password, with these headers, or as a stranger."""
        headers = dict(more.pop("headers", {})) | (shown if isinstance(shown, dict) else {})
        auth = shown if isinstance(shown, tuple) else None
        with requests.Session() as session:
            session.trust_env = False
            response = session.request(method, self.url + path, headers=headers, auth=auth, timeout=60, **more)
        if Wire.described:
            Wire.described.check_sent(response)
        return response

    def knows(self, shown: Credential) -> int:
        return self.call("GET", EXPERIMENT, shown).status_code


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def cookie(secret: str) -> dict[str, str]:
    return {"Cookie": f"fourfold_session={secret}"}


def administrator() -> tuple[str, str]:
    return os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"]


@pytest.fixture
def gateways(wire: Wire, base_url: str) -> tuple[Gateway, Gateway]:
    return Gateway(base_url), Gateway(os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/"))


@pytest.fixture
def new_user(gateways: tuple[Gateway, Gateway]) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def make() -> str:
        made.append(f"e2e-{uuid.uuid4().hex[:12]}")
        body = {"username": made[-1], "password": PASSWORD}
        assert gateways[0].call("POST", "/api/v1/users", administrator(), json=body).status_code == 200
        return made[-1]

    yield make
    for name in made:
        gateways[0].call("DELETE", f"/api/v1/users/{name}", administrator())  # a test may have deleted it already


@pytest.fixture
def user(new_user: Callable[[], str]) -> str:
    return new_user()


def new_token(gateway: Gateway, user: str) -> dict:
    answer = gateway.call("POST", f"/api/v1/users/{user}/tokens", (user, PASSWORD), json={"label": "e2e"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_session(gateway: Gateway, user: str, password: str = PASSWORD) -> requests.Response:
    answer = gateway.call("POST", "/api/v1/sessions", json={"username": user, "password": password})
    assert answer.status_code == 200, answer.text
    return answer


def remember(gateways: tuple[Gateway, Gateway], *credentials: Credential) -> None:
    """Has both know them from the cache: the second or third time they are."""
    for gateway in gateways:
        for shown in credentials:
            for _ in range(4):
                assert gateway.knows(shown) == 200


# --- at once, and everywhere ---


def test_revoked_token_is_refused_by_the_other_gateway_at_once(gateways, user):
    one, other = gateways
    for turn in range(8):
        token = new_token(one, user)
        shown = bearer(token["secret"])
        remember(gateways, shown, (user, token["secret"]))
        path = f"/api/v1/users/{user}/tokens/{token['token_id']}"
        assert one.call("DELETE", path, (user, PASSWORD)).status_code == 204
        assert other.knows(shown) == 401, turn
        assert other.knows((user, token["secret"])) == 401
        assert one.knows(shown) == 401
        one, other = other, one


def test_revoked_token_is_never_taken_again_while_many_ask(gateways, user):
    """Whoever asks after the revocation was answered is refused, whatever is being verified and filled meanwhile."""
    one, other = gateways
    for _ in range(5):
        token = new_token(one, user)
        shown = bearer(token["secret"])
        revoked, stop = threading.Event(), threading.Event()
        late: list[int] = []

        def ask(gateway: Gateway) -> None:
            with requests.Session() as session:
                session.trust_env = False
                while not stop.is_set():
                    after = revoked.is_set()
                    status = session.get(gateway.url + EXPERIMENT, headers=shown, timeout=60).status_code
                    if after:
                        late.append(status)

        threads = [threading.Thread(target=ask, args=(gateway,)) for gateway in (one, other) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(0.3)  # some hits, some misses, some fills: any moment will do
            path = f"/api/v1/users/{user}/tokens/{token['token_id']}"
            assert one.call("DELETE", path, (user, PASSWORD)).status_code == 204
            revoked.set()
            limit = time.monotonic() + 30
            while len(late) < 30 and time.monotonic() < limit:
                time.sleep(0.01)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert len(late) >= 30 and set(late) == {401}, late


def test_changed_password_ends_the_old_one_and_sessions_but_no_token(gateways, user):
    one, other = gateways
    token, session = new_token(one, user)["secret"], new_session(one, user).json()["secret"]
    remember(gateways, (user, PASSWORD), bearer(token), bearer(session))
    body = {"password": PASSWORD + "!"}
    assert one.call("PUT", f"/api/v1/users/{user}/password", (user, PASSWORD), json=body).status_code == 204
    assert other.knows((user, PASSWORD)) == 401
    assert other.knows(bearer(session)) == 401
    assert other.knows(bearer(token)) == 200
    assert other.knows((user, PASSWORD + "!")) == 200
    assert one.knows((user, PASSWORD)) == 401


def test_deleted_user_is_refused_with_everything(gateways, user):
    one, other = gateways
    shown = [
        (user, PASSWORD),
        bearer(new_token(one, user)["secret"]),
        bearer(new_session(one, user).json()["secret"]),
        cookie(new_session(other, user).json()["secret"]),
    ]
    remember(gateways, *shown)
    assert one.call("DELETE", f"/api/v1/users/{user}", administrator()).status_code == 204
    assert [other.knows(each) for each in shown] == [401] * 4
    assert [one.knows(each) for each in shown] == [401] * 4


def test_token_ends_when_it_expires(gateways, user):
    end = int(time.time() * 1000) + 4_000
    body = {"label": "short", "expiry_time": end}
    token = gateways[0].call("POST", f"/api/v1/users/{user}/tokens", (user, PASSWORD), json=body).json()
    remember(gateways, bearer(token["secret"]))
    while time.time() * 1000 < end:
        time.sleep(0.05)
    assert [gateway.knows(bearer(token["secret"])) for gateway in gateways] == [401, 401]


# --- sessions ---


def test_session_is_opened_listed_and_ended(gateways, user):
    one, other = gateways
    first = new_session(one, user).json()
    by_basic = one.call("POST", "/api/v1/sessions", (user, PASSWORD))
    assert by_basic.status_code == 200, by_basic.text
    second = by_basic.json()
    assert first["username"] == user and first["secret"].startswith("ffs_") and "secret" in second
    assert first["expiry_time"] - first["creation_time"] == 12 * 3600 * 1000
    assert by_basic.headers["Cache-Control"] == "no-store"
    remember(gateways, bearer(first["secret"]), cookie(second["secret"]))

    listed = other.call("GET", "/api/v1/sessions", bearer(first["secret"]))
    assert {each["session_id"]: each["current"] for each in listed.json()["sessions"]} == {
        first["session_id"]: True,
        second["session_id"]: False,
    }
    assert "secret" not in listed.text

    assert one.call("DELETE", "/api/v1/sessions/current", bearer(first["secret"])).status_code == 204
    assert other.knows(bearer(first["secret"])) == 401
    assert other.call("DELETE", f"/api/v1/sessions/{second['session_id']}", (user, PASSWORD)).status_code == 204
    assert one.knows(cookie(second["secret"])) == 401
    assert one.call("GET", "/api/v1/sessions", (user, PASSWORD)).json() == {"sessions": []}
    assert one.call("DELETE", "/api/v1/sessions/current", (user, PASSWORD)).status_code == 400


def test_nobody_ends_the_session_of_another(gateways, new_user):
    one, other = gateways
    mine, theirs = new_user(), new_user()
    session = new_session(one, mine).json()
    assert other.call("DELETE", f"/api/v1/sessions/{session['session_id']}", (theirs, PASSWORD)).status_code == 404
    assert other.knows(bearer(session["secret"])) == 200


def test_session_is_opened_by_a_password_only(gateways, user):
    one, _ = gateways
    token = new_token(one, user)["secret"]
    session = new_session(one, user).json()["secret"]
    for secret in (token, session, "wrong"):
        assert one.call("POST", "/api/v1/sessions", (user, secret)).status_code == 401
    assert one.call("POST", "/api/v1/sessions", bearer(token)).status_code == 401
    assert one.call("POST", "/api/v1/sessions").status_code == 401
    assert one.call("POST", "/api/v1/sessions", json={"username": user}).status_code == 400


def test_cookie_is_for_the_browser_alone(gateways, user):
    one, _ = gateways
    plain = new_session(one, user).headers["Set-Cookie"].lower()
    assert plain.startswith("fourfold_session=") and "httponly" in plain and "samesite=strict" in plain
    assert "path=/" in plain and "; secure" not in plain
    body = {"username": user, "password": PASSWORD}
    behind = one.call("POST", "/api/v1/sessions", json=body, headers={"X-Forwarded-Proto": "https"})
    assert "; secure" in behind.headers["Set-Cookie"].lower()
    ended = one.call("DELETE", "/api/v1/sessions/current", cookie(behind.json()["secret"]))
    assert ended.status_code == 204 and "max-age=0" in ended.headers["Set-Cookie"].lower()


@pytest.mark.parametrize(
    "page",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_page_of_another_origin_cannot_use_the_cookie_to_change_anything(gateways, user, run_id, page):
    one, _ = gateways
    shown = cookie(new_session(one, user).json()["secret"])
    tag = {"run_id": run_id, "key": "forged", "value": "1"}
    assert one.call("POST", f"{TRACKING}runs/set-tag", shown, json=tag, headers=page).status_code == 403
    assert one.call("DELETE", "/api/v1/sessions/current", shown, headers=page).status_code == 403
    assert one.knows(shown) == 200
    own = {"Origin": one.url}
    assert one.call("POST", f"{TRACKING}runs/set-tag", shown, json=tag, headers=own).status_code == 200


def test_header_counts_before_the_cookie(gateways, user):
    one, _ = gateways
    session = cookie(new_session(one, user).json()["secret"])
    assert one.knows(session | bearer("ff_nobodys")) == 401


# --- guessing ---


def test_guessing_is_slowed_and_disturbs_nobody_who_knows(gateways, new_user):
    one, other = gateways
    victim = new_user()
    token = new_token(one, victim)["secret"]  # by which the password is known, too
    statuses = []
    while len(statuses) < 60 and 429 not in statuses:  # a slow machine has more of them: every six seconds one comes back
        answer = one.call("GET", EXPERIMENT, (victim, f"guess {len(statuses)}"))
        statuses.append(answer.status_code)
    assert set(statuses[:-1]) == {401} and statuses[-1] == 429, statuses
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    # By any gateway, and also where a session is asked for; of several at once no more than one has come back.
    assert 429 in [other.knows((victim, "guess")) for _ in range(3)]
    asked = [other.call("POST", "/api/v1/sessions", (victim, "guess")).status_code for _ in range(3)]
    assert 429 in asked and 200 not in asked, asked
    # Whoever signs in with what is known goes on, by any gateway; others do not notice.
    assert other.knows((victim, PASSWORD)) == 200
    assert other.knows(bearer(token)) == 200
    assert other.knows((new_user(), PASSWORD)) == 200


# --- Redis forgets, and dies ---


@pytest.fixture
def redis_folder() -> pathlib.Path:
    data = os.environ.get("E2E_DATA_DIR")
    if not data:
        pytest.skip("E2E_DATA_DIR is not set")
    return pathlib.Path(data) / "redis"


def redis_port(gateway: Gateway) -> int:
    health = gateway.call("GET", "/api/v1/health", administrator()).json()
    (where,) = [store["where"] for store in health["stores"] if store["part"] == "redis" and store["available"]]
    return int(where.split(":")[1])


def test_redis_that_forgets_everything_changes_nothing(gateways, user, redis_folder):
    one, other = gateways
    kept, gone = new_token(one, user), new_token(one, user)
    remember(gateways, bearer(kept["secret"]), bearer(gone["secret"]))
    password = (redis_folder / "password").read_text().strip()
    assert one.call("DELETE", f"/api/v1/users/{user}/tokens/{gone['token_id']}", (user, PASSWORD)).status_code == 204
    with socket.create_connection(("127.0.0.1", redis_port(one)), timeout=10) as connection:
        connection.sendall(f"AUTH {password}\r\nFLUSHALL\r\n".encode())
        answer = b""
        while answer.count(b"\r\n") < 2:
            answer += connection.recv(100)
        assert answer == b"+OK\r\n+OK\r\n", answer
    for _ in range(5):
        for gateway in gateways:
            assert gateway.knows(bearer(gone["secret"])) == 401
            assert gateway.knows(bearer(kept["secret"])) == 200
            assert gateway.knows((user, PASSWORD)) == 200


def test_redis_that_dies_changes_nothing(gateways, user, redis_folder):
    one, other = gateways
    kept, gone = new_token(one, user), new_token(one, user)
    remember(gateways, bearer(kept["secret"]), bearer(gone["secret"]))
    os.kill(int((redis_folder / ".process").read_text().split()[0]), signal.SIGKILL)
    assert one.call("DELETE", f"/api/v1/users/{user}/tokens/{gone['token_id']}", (user, PASSWORD)).status_code == 204
    limit = time.monotonic() + 60
    back = False
    while not back:
        assert time.monotonic() < limit
        for gateway in gateways:
            assert gateway.knows(bearer(gone["secret"])) == 401
            assert gateway.knows(bearer(kept["secret"])) == 200
        stores = one.call("GET", "/api/v1/health", administrator()).json()["stores"]
        back = any(store["part"] == "redis" and store["available"] for store in stores)
    remember(gateways, bearer(kept["secret"]))
    assert other.knows(bearer(gone["secret"])) == 401
