"""The pods that bring a dataset to bronze by way of landing, as most DAGs run them."""

from typing import Any, Literal

from airflow.sdk import TaskGroup
from airflow.sdk.definitions.mappedoperator import MappedOperator

from podflow_dags import assets
from podflow_dags.catalogue import declaration
from podflow_dags.defaults import RUN_DATE
from podflow_dags.pod_task import PodTask


def bring(
    source: str,
    dataset: str,
    date: str = RUN_DATE,
    first: Literal["extract", "transform"] = "extract",
    second: str = "load",
    **kwargs: Any,
) -> MappedOperator:
    """Make the pod that brings a dataset to landing and, behind it, one a chunk that brings it to bronze.

    Args:
        source: name of a file of the catalogue.
        dataset: one of its datasets.
        date: the day that is asked for and that names the partition of landing; templated.
        first: task_id of the first, and the command of its pod.
        second: task_id of the others, whose pods load.
        kwargs: what any PodTask takes, for both: pool, on_failure_callback, ...

    Returns:
        The task that loads.
    """
    declared = declaration(source, dataset)
    landed = PodTask(
        task_id=first,
        args=[first, declared, "--date", date],
        returns="chunks",
        **kwargs,
        **assets.to_landing(source, dataset),
    )
    return PodTask.partial(
        task_id=second,
        map_index_template="{{ task.arguments[-1].split('/')[-1] }}",
        **kwargs,
        **assets.to_bronze(source, dataset),
    ).expand(args=landed.output.map(lambda chunk: ["load", declared, chunk]))


def group(source: str, dataset: str, **kwargs: Any) -> TaskGroup:
    """Make these tasks in a group of the dataset's name; `kwargs` are those of `bring`."""
    with TaskGroup(dataset) as found:
        bring(source, dataset, **kwargs)
    return found
