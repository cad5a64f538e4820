"""What every DAG file keeps to, so that the next one can be read like the last one."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

from podflow_dags.pod_task import PodTask

FOLDER = Path(__file__).parents[2] / "dags"
FILES = sorted(FOLDER.glob("*.py"))
MAX_LINES = 60
TRIGGER = "airflow.providers.standard.operators.trigger_dagrun"
ALLOWED_IMPORTS = re.compile(rf"airflow\.sdk|{re.escape(TRIGGER)}|podflow_dags(\..*)?|datetime")


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def file(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def dag(file: Path, bag: DagBag) -> DAG:
    (found,) = [dag for dag in bag.dags.values() if dag.fileloc == str(file)]
    return found


def operators(dag: DAG) -> list[Any]:
    return list(dag.task_dict.values())


def partial_or_own(task: Any, name: str) -> Any:
    """Return an attribute of a task, or what a mapped task's instances will have."""
    return task.partial_kwargs.get(name) if task.is_mapped else getattr(task, name)


def test_a_file_is_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MAX_LINES


def test_a_file_imports_nothing_that_works_while_parsing(file: Path) -> None:
    tree = ast.parse(file.read_text())
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert [module for module in imported if not ALLOWED_IMPORTS.fullmatch(module)] == []


def test_a_dag_is_named_after_its_file_with_dataset_and_schedule_where_it_has_them(dag: DAG, file: Path) -> None:
    assert re.fullmatch(rf"{file.stem}|({file.stem}|podflow)__[a-z0-9_]+", dag.dag_id)


def test_the_docstring_is_the_page_in_the_ui(dag: DAG, file: Path) -> None:
    assert dag.doc_md == ast.get_docstring(ast.parse(file.read_text()), clean=False)
    assert (dag.doc_md or "").startswith("### ")


def test_a_dag_has_tags(dag: DAG) -> None:
    assert dag.tags


def test_what_is_easily_forgotten_is_said(file: Path) -> None:
    (call,) = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "DAG"
    ]
    said = {keyword.arg for keyword in call.keywords}
    assert {"dag_id", "schedule", "catchup", "max_active_runs", "default_args", "tags", "doc_md"} <= said


def test_runs_do_not_pile_up(dag: DAG) -> None:
    assert not dag.catchup
    assert dag.max_active_runs == 1


def test_every_task_is_a_pod_or_another_dag(dag: DAG) -> None:
    for task in operators(dag):
        assert (task.operator_class if task.is_mapped else type(task)) in {PodTask, TriggerDagRunOperator}


def test_a_dag_that_others_start_is_not_paused_from_the_beginning(bag: DagBag) -> None:
    for dag in bag.dags.values():
        for task in operators(dag):
            if isinstance(task, TriggerDagRunOperator):
                assert bag.dags[task.trigger_dag_id].is_paused_upon_creation is False
                assert task.wait_for_completion


def test_every_pod_has_an_owner_and_retries_with_backoff(dag: DAG) -> None:
    for task in operators(dag):
        assert partial_or_own(task, "owner") == "podflow"
        if isinstance(task, TriggerDagRunOperator):
            # Its DAG's own tasks retry: otherwise a failure would take three times three tries.
            assert task.retries == 0
            continue
        assert partial_or_own(task, "retries") >= 1
        assert partial_or_own(task, "retry_exponential_backoff") > 1
        assert partial_or_own(task, "retry_delay") <= timedelta(minutes=1)
