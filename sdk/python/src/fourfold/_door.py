"""The way to the platform: its address, and signing in as MLflow's client does."""

from __future__ import annotations

import configparser
import os

import requests
from requests.auth import AuthBase, HTTPBasicAuth

_TRUE = ("true", "1")


class Bearer(AuthBase):
    """A token. As an object of this kind, so that no entry of a netrc file takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def session() -> requests.Session:
    """A session that signs in, and trusts, as the variables of MLflow's client say."""
    http = requests.Session()
    http.headers["User-Agent"] = "fourfold-python"
    known = _credentials_file()
    user = os.environ.get("MLFLOW_TRACKING_USERNAME") or known.get("mlflow_tracking_username")
    password = os.environ.get("MLFLOW_TRACKING_PASSWORD") or known.get("mlflow_tracking_password")
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if user and password:
        http.auth = HTTPBasicAuth(user.encode(), password.encode())
    elif token:
        http.auth = Bearer(token)
    if os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in _TRUE:
        http.verify = False
    elif authority := os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH"):
        http.verify = authority
    if certificate := os.environ.get("MLFLOW_TRACKING_CLIENT_CERT_PATH"):
        http.cert = certificate
    return http


def _credentials_file() -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(os.path.expanduser("~/.mlflow/credentials"))
    except configparser.Error:
        return {}  # MLflow's client says so itself
    return dict(parser["mlflow"]) if parser.has_section("mlflow") else {}
