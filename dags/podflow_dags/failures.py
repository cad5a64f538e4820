"""What Airflow is told to do when a task has failed for good."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

log = logging.getLogger(__name__)

Callback = Callable[[Mapping[str, Any]], None]


def tell_table(source: str, table: str) -> Callback:
    """Return the callback that says in the task's log which table did not get on, at which step, and why.

    It is for `on_failure_callback`, which Airflow calls after the last try, or at once where another try is useless.
    """

    def tell(context: Mapping[str, Any]) -> None:
        step = context["ti"].task_id.rpartition(".")[2]
        # A task whose process was lost has no exception: the DAG processor calls in its place.
        cause = context.get("exception") or "its process was lost; the scheduler's log says more"
        log.error("Table %s.%s did not reach bronze: %s failed: %s", source, table, step, cause)

    return tell
