"""Keeps what dbt writes about a run, and the documentation, beside the data in landing."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from podflow_dbt.errors import ArtifactError
from podflow_dbt.settings import Settings

ARTIFACTS = ("manifest.json", "run_results.json")


def docs_path(target: str) -> str:
    """Return where in landing the documentation of a target lies: one page, replaced after each build."""
    return f"dbt-docs/{target}/index.html"


def store_artifacts(settings: Settings, target_path: Path) -> str | None:
    """Store the artifacts under dbt/<dag_id>/<run_id>/ and return that URL; None outside a DAG run.

    A later try of the same run replaces those of an earlier one.

    Raises:
        ArtifactError: the store refuses.
    """
    if not (settings.landing_url and settings.dag_id and settings.run_id):
        return None
    folder = f"dbt/{settings.dag_id}/{settings.run_id}"
    files = [(f"{folder}/{name}", target_path / name) for name in ARTIFACTS if (target_path / name).exists()]
    return _store(settings.landing_url, folder, files)


def store_docs(settings: Settings, target: str, page: Path) -> str:
    """Store a target's documentation in place of the one before and return its URL.

    Raises:
        ArtifactError: the store refuses.
    """
    path = docs_path(target)
    return _store(settings.landing_url, path, [(path, page)])


def shown_url(url: str, path: str) -> str:
    """Return the URL of an object below landing's, without credentials."""
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
    return f"{root}/{path}"


def _store(root: str, place: str, files: Iterable[tuple[str, Path]]) -> str:
    try:
        store = from_url(root)
        for path, file in files:
            obstore.put(store, path, file)
    except (BaseError, ValueError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ArtifactError(f"{shown_url(root, place)}: {reason}") from error
    return shown_url(root, place)
