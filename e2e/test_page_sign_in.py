"""Signing in and out with a real browser, by the platform's own form, on the way to MLflow's web page.

Needs a platform where everybody signs in, an administrator in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, and
--mlflow-ui.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import requests
from browser import Browser, NoBrowser
from wire import TRACKING

pytestmark = [
    pytest.mark.fourfold_only,
    pytest.mark.skipif(
        not os.environ.get("MLFLOW_TRACKING_PASSWORD"), reason="needs an administrator's name and password"
    ),
]

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def user(base_url: str) -> Iterator[str]:
    name = f"e2e-{uuid.uuid4().hex[:12]}"
    administrator = (os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"])
    body = {"username": name, "password": PASSWORD}
    made = requests.post(f"{base_url}/api/v1/users", json=body, auth=administrator, timeout=60)
    assert made.status_code == 200, made.text
    yield name
    requests.delete(f"{base_url}/api/v1/users/{name}", auth=administrator, timeout=60)


@pytest.fixture(scope="module")
def experiment(base_url: str, user: str) -> str:
    name = f"seen-{uuid.uuid4().hex}"
    body = {"name": name}
    made = requests.post(f"{base_url}{TRACKING}experiments/create", json=body, auth=(user, PASSWORD), timeout=60)
    assert made.status_code == 200, made.text
    return name


@pytest.fixture
def page(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A window of somebody who was never here."""
    try:
        browser = Browser(base_url, tmp_path_factory.mktemp("profile"))
    except NoBrowser as e:
        pytest.fail(str(e), pytrace=False)
    yield browser
    browser.close()


def test_stranger_signs_in_sees_the_page_and_signs_out(page: Browser, user: str, experiment: str) -> None:
    page.open("/experiments")
    page.wait_for_text("Password", "Sign in")
    assert page.address().split("#")[0].endswith("/sign-in")

    page.fill("#username", user)
    page.fill("#password", "not the right one")
    page.click("#stranger button")
    page.wait_for_text("The user or the password is not right.")
    assert page.cookies() == []

    page.fill("#password", PASSWORD)
    page.click("#stranger button")
    page.wait_for_text(experiment)  # in MLflow's page, at the place that was asked for
    assert "/#/experiments" in page.address()
    (cookie,) = page.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("fourfold_session", True, "Strict")
    assert page.script_cookies() == ""
    shown = {"Cookie": f"fourfold_session={cookie['value']}"}
    question = f"{page.server}{TRACKING}experiments/get?experiment_id=0"
    assert requests.get(question, headers=shown, timeout=60).status_code == 200

    page.go("/sign-in")
    page.wait_for_text(f"You are signed in as {user}.")
    page.click("#out")
    page.wait_for_text("You are signed out.", "Password")
    assert page.cookies() == []
    assert requests.get(question, headers=shown, timeout=60).status_code == 401
    page.open("/experiments")
    page.wait_for_text("Password", "Sign in")
    assert experiment not in page.text()
