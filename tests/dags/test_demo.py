"""`make demo` and the DAGs agree on which pipelines there are."""

from airflow.dag_processing.dagbag import DagBag

from k8s.pipelines import SHIPPED
from podflow_dags.catalogue import CATALOGUE


def test_the_demo_runs_dags_that_there_are_and_each_of_a_pipeline(bag: DagBag) -> None:
    for pipeline in SHIPPED:
        assert (CATALOGUE / f"{pipeline.source}.yml").exists()
        tagged = {dag.dag_id for dag in bag.dags.values() if pipeline.source in dag.tags}
        assert {pipeline.dag_id, *pipeline.then} == tagged


def test_dags_that_follow_are_followed_in_their_order(bag: DagBag) -> None:
    (logistics,) = [pipeline for pipeline in SHIPPED if pipeline.source == "logistics"]
    master = bag.dags["trigger_dags"]
    assert master.task_dict.keys() == set(logistics.then)
    followed = zip(logistics.then, logistics.then[1:], strict=False)
    assert all(master.task_dict[after].upstream_task_ids == {before} for before, after in followed)
