"""The benchmark's DAG file as Airflow's own parser reads it."""

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

import benchmarks.pod_task
from benchmarks.pod_task.measurements import CHAIN, FAN_OUT, OPERATORS, POD_TASK, STOCK
from podflow_dags.pod_task import PodTask

FOLDER = Path(benchmarks.pod_task.__file__).parent / "dags"


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(FOLDER, bundle_path=FOLDER, bundle_name="benchmark")


def test_the_dags_are_those_that_the_benchmark_starts(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == {f"benchmark__{operator}__{shape}" for operator in OPERATORS for shape in (CHAIN, FAN_OUT)}


def test_a_chain_has_one_task_after_another(bag: DagBag) -> None:
    for operator in OPERATORS:
        tasks = bag.dags[f"benchmark__{operator}__chain"].tasks
        assert [len(task.upstream_task_ids) for task in tasks] == [0, 1, 1, 1, 1, 1]


def test_each_dag_uses_its_operator(bag: DagBag) -> None:
    (first, *_) = bag.dags[f"benchmark__{STOCK}__{CHAIN}"].tasks
    assert type(first).__name__ == "KubernetesPodOperator"
    (first, *_) = bag.dags[f"benchmark__{POD_TASK}__{CHAIN}"].tasks
    assert isinstance(first, PodTask)


def test_nothing_is_tried_twice(bag: DagBag) -> None:
    assert {task.retries for dag in bag.dags.values() for task in dag.tasks} == {0}
