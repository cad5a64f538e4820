"""What Airflow's own parser finds in the folder dags/."""

from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization


def test_all_files_import(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == ["forex__customer_transactions__hourly", "podflow__smoke"]


def test_no_file_warns(bag: DagBag) -> None:
    assert bag.captured_warnings == {}


def test_all_dags_can_be_stored(bag: DagBag) -> None:
    for dag in bag.dags.values():
        assert DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag)).dag_id == dag.dag_id


def test_the_folders_beside_the_dags_are_not_searched(bag: DagBag) -> None:
    assert {Path(stat.file).name for stat in bag.dagbag_stats} == {"forex.py", "smoke.py"}


def test_forex_goes_from_file_to_gold(bag: DagBag) -> None:
    dag = bag.dags["forex__customer_transactions__hourly"]
    assert {name: sorted(task.downstream_task_ids) for name, task in dag.task_dict.items()} == {
        "extract": ["load"],
        "load": ["transform"],
        "transform": [],
    }
    assert dag.task_dict["load"].is_mapped


def test_forex_emits_what_others_may_wait_for(bag: DagBag) -> None:
    dag = bag.dags["forex__customer_transactions__hourly"]
    emitted = {name: [asset.name for asset in task.outlets] for name, task in dag.task_dict.items()}
    assert emitted == {
        "extract": [],
        "load": ["bronze_forex.customer_transactions"],
        "transform": ["gold_forex"],
    }
