"""Keeps what dbt writes about a run beside the data in landing."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from podflow_dbt.errors import ArtifactError
from podflow_dbt.settings import Settings

ARTIFACTS = ("manifest.json", "run_results.json")


def store_artifacts(settings: Settings, target_path: Path) -> str | None:
    """Store the artifacts under dbt/<dag_id>/<run_id>/ and return that URL; None outside a DAG run.

    A later try of the same run replaces those of an earlier one.

    Raises:
        ArtifactError: the store refuses.
    """
    if not (settings.landing_url and settings.dag_id and settings.run_id):
        return None
    prefix = f"dbt/{settings.dag_id}/{settings.run_id}"
    parts = urlsplit(settings.landing_url)
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
    try:
        store = from_url(settings.landing_url)
        for name in ARTIFACTS:
            file = target_path / name
            if file.exists():
                obstore.put(store, f"{prefix}/{name}", file)
    except (BaseError, ValueError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ArtifactError(f"{shown}/{prefix}: {reason}") from error
    return f"{shown}/{prefix}"
