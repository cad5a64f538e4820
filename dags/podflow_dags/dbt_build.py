"""The pod that builds and tests models of the dbt project in the warehouse."""

from typing import Any

from podflow_dags.pod_task import PodTask


def dbt_build(select: str, **kwargs: Any) -> PodTask:
    """Return the task that builds the selected models, as in `forex.silver`, with their tests.

    Args:
        select: dbt's node selection; a space between two selections means both.
        kwargs: what any PodTask takes: task_id, inlets, outlets, ...
    """
    arguments = ["build", "--select", select, "--target", "pro"]
    # dbt keeps the whole project in memory, which is more than a small pod has.
    return PodTask(**{"image": "dbt", "args": arguments, "preset": "medium", **kwargs})
