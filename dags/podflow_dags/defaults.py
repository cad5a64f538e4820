"""What all DAGs have in common unless they say otherwise."""

from datetime import timedelta
from typing import Any

RUN_DATE = "{{ dag_run.run_after | ds }}"
"""Template: the day on which a run was due. Unlike `ds` it exists in manual and asset-triggered runs too."""


def default_args() -> dict[str, Any]:
    """Return the defaults of a DAG's tasks."""
    return {
        "owner": "podflow",
        # Every step may run twice: what a pod writes is complete or not there, and repeating it changes nothing.
        "retries": 2,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": 2,
        "max_retry_delay": timedelta(minutes=5),
    }
