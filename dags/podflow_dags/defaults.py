"""What all DAGs have in common unless they say otherwise."""

from datetime import timedelta
from typing import Any

RUN_DATE = "{{ dag_run.run_after | ds }}"
"""Template: the day on which a run was due. Unlike `ds` it exists in manual and asset-triggered runs too."""
DATA_DATE = "{{ ds if ds is defined else macros.ds_add(dag_run.run_after | ds, -1) }}"
"""Template: the day that a daily run is about: its interval's, or without one the day before it was due."""


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
