"""The master of logistics run by Airflow, which makes the runs of the other DAGs; their ends are the test's."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

STEPS = ["produce_messages", "bronze_layer", "silver_layer", "dbt_pipeline"]


@pytest.fixture
def master(bag: DagBag, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The DAG, in a database of Airflow's, without the pause between its looks at another DAG."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    dag: Any = bag.dags["trigger_dags"]
    for task in dag.tasks:
        monkeypatch.setattr(task, "poke_interval", 0.1)
    return dag


@contextmanager
def ending(state_of: Callable[[str], DagRunState]) -> Iterator[list[tuple[str, str, Any]]]:
    """End every run of a step that begins meanwhile; yield their DAGs, run_ids and configurations in order."""
    ended: list[tuple[str, str, Any]] = []
    over = threading.Event()

    def end() -> None:
        while not over.wait(0.1):
            with create_session() as session:
                for run in session.query(DagRun).filter(DagRun.dag_id.in_(STEPS), DagRun.state == DagRunState.QUEUED):
                    ended.append((run.dag_id, run.run_id, run.conf))
                    run.state = state_of(run.dag_id)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        yield ended
    finally:
        over.set()
        thread.join()


def test_each_dag_runs_under_the_masters_run_id_when_the_one_before_has_ended(master: Any) -> None:
    with ending(lambda _: DagRunState.SUCCESS) as ended:
        run = master.test(run_conf={"orders": 7})
    assert run.state == "success"
    assert [dag_id for dag_id, _, _ in ended] == STEPS
    assert {run_id for _, run_id, _ in ended} == {run.run_id}
    (_, _, configuration) = ended[0]
    assert configuration["orders"] == 7
    assert configuration["day"] < f"{run.run_after:%Y-%m-%d}"


def test_the_master_fails_with_the_first_dag_that_fails(master: Any) -> None:
    def fails(dag_id: str) -> DagRunState:
        return DagRunState.FAILED if dag_id == "bronze_layer" else DagRunState.SUCCESS

    with ending(fails) as ended:
        run = master.test()
    assert run.state == "failed"
    assert [dag_id for dag_id, _, _ in ended] == STEPS[:2]
    states = {task.task_id: task.state for task in run.get_task_instances()}
    assert [states[dag_id] for dag_id in STEPS] == ["success", "failed", "upstream_failed", "upstream_failed"]
