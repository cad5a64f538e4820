"""What Airflow's own parser finds in the folder dags/."""

from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

FOLDER = Path(__file__).parents[2] / "dags"


def test_all_files_import(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert sorted(dag.fileloc for dag in bag.dags.values()) == sorted(str(file) for file in FOLDER.glob("*.py"))


def test_no_file_warns(bag: DagBag) -> None:
    assert bag.captured_warnings == {}


def test_all_dags_can_be_stored(bag: DagBag) -> None:
    for dag in bag.dags.values():
        assert DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag)).dag_id == dag.dag_id


def test_the_folders_beside_the_dags_are_not_searched(bag: DagBag) -> None:
    assert {Path(stat.file).name for stat in bag.dagbag_stats} == {file.name for file in FOLDER.glob("*.py")}


def test_forex_goes_from_file_to_gold(bag: DagBag) -> None:
    dag = bag.dags["forex__customer_transactions__hourly"]
    assert {name: sorted(task.downstream_task_ids) for name, task in dag.task_dict.items()} == {
        "extract": ["load"],
        "load": ["silver"],
        "silver": ["gold"],
        "gold": [],
    }
    assert dag.task_dict["load"].is_mapped


def test_logistics_runs_from_orders_to_gold_and_stops_where_something_fails(bag: DagBag) -> None:
    dag = bag.dags["trigger_dags"]
    assert {name: sorted(task.downstream_task_ids) for name, task in dag.task_dict.items()} == {
        "produce_messages": ["bronze_layer"],
        "bronze_layer": ["silver_layer"],
        "silver_layer": ["dbt_pipeline"],
        "dbt_pipeline": [],
    }
    assert {task.trigger_rule for task in dag.task_dict.values()} == {"all_success"}
