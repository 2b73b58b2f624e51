"""The differences that are meant: at most twenty, each with the place in MLflow's behaviour that it departs from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from side_by_side.answers import Seen, alike
from side_by_side.world import Request

INVALID = (400, "INVALID_PARAMETER_VALUE")


@dataclass(frozen=True)
class Difference:
    """One, with the reason."""

    name: str
    why: str
    means: Callable[[Request, Seen, Seen], bool]


def error_of_the_server(_: Request, mlflow: Seen, ours: Seen) -> bool:
    return mlflow.status == 500 and (ours.status < 500 or (ours.status, ours.code) == (501, "NOT_IMPLEMENTED"))


def half_read(request: Request, mlflow: Seen, ours: Seen) -> bool:
    return bool(request.odd) and mlflow.status in (200, 404) and (ours.status, ours.code) == INVALID


def of_what_is_not_there(_: Request, mlflow: Seen, ours: Seen) -> bool:
    return mlflow.code == "BAD_REQUEST" and "FOREIGN KEY" in (mlflow.message or "") and (ours.status, ours.code) == INVALID


def said_twice(_: Request, mlflow: Seen, ours: Seen) -> bool:
    return mlflow.code == "BAD_REQUEST" and "UNIQUE" in (mlflow.message or "") and ours.status == 200


def without_folders(body: object) -> object:
    if not isinstance(body, dict):
        return body
    files = [f for f in body.get("files", []) if not f.get("is_dir")]
    return {k: v for k, v in body.items() if k != "files"} | ({"files": files} if files else {})


def empty_folder(request: Request, mlflow: Seen, ours: Seen) -> bool:
    return (
        request.endpoint in ("mlflow-artifacts list", "artifacts/list")
        and mlflow.status == ours.status == 200
        and alike(without_folders(mlflow.body), without_folders(ours.body))
        and all(f in mlflow.body.get("files", []) for f in ours.body.get("files", []))
    )


def no_language_models(request: Request, mlflow: Seen, ours: Seen) -> bool:
    def rest(body: object) -> object:
        return {k: v for k, v in body.items() if k != "features_enabled"} if isinstance(body, dict) else body

    return request.endpoint == "server-info" and alike(rest(mlflow.body), rest(ours.body))


MEANT = [
    Difference(
        "no 500 for a client's mistake",
        "Traps, wire format: MLflow's client repeats a 500 for four minutes, so a mistake of its is never one here.",
        error_of_the_server,
    ),
    Difference(
        "nothing is half read",
        "Traps, wire format: where MLflow goes on with what it could parse of a message, the whole is refused with 400.",
        half_read,
    ),
    Difference(
        "of what is not there",
        "Traps, bad input: MLflow tells of a foreign key of its database (BAD_REQUEST); here the field is named.",
        of_what_is_not_there,
    ),
    Difference(
        "said twice",
        "Traps, retries: a model that a run has made, said again, is a repeat; MLflow tells of a unique key (BAD_REQUEST).",
        said_twice,
    ),
    Difference(
        "an empty folder",
        "Section 1.6, artifact proxy: a folder is there while a file is in it, as in an object store.",
        empty_folder,
    ),
    Difference(
        "no gateway to language models",
        "Section 1.5, X: the GenAI surface is not served, and server-info says so.",
        no_language_models,
    ),
]


def meant(request: Request, mlflow: Seen, gateway: Seen) -> Difference | None:
    """The meant difference that explains why these two answers differ, if one does."""
    return next((difference for difference in MEANT if difference.means(request, mlflow, gateway)), None)
