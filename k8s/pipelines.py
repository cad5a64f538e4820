"""The five pipelines that come with podflow: which DAG starts each, and how each is followed to gold."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from k8s import dag_runs
from k8s.airflow_api import AirflowApi, Run
from k8s.dag_runs import DagRun, RunFailedError
from k8s.kubectl import Kubectl

_SECONDS_FOR_THE_NEXT_DAG = 120
_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True)
class Pipeline:
    """A source of the catalogue, the DAG that brings it to gold, and the DAGs that this one or its assets start."""

    source: str
    dag_id: str
    then: tuple[str, ...] = ()


SHIPPED = (
    Pipeline("forex", "forex__customer_transactions__hourly"),
    Pipeline("logistics", "trigger_dags", ("produce_messages", "bronze_layer", "silver_layer", "dbt_pipeline")),
    Pipeline("olist", "olist__tables__once"),
    Pipeline("spacex", "spacex__launches__daily"),
    Pipeline("retail", "retail__daily", ("retail_star",)),
)


def run(api: AirflowApi, kubectl: Kubectl, pipeline: Pipeline, say: Callable[[str], None]) -> list[Run]:
    """Run a pipeline to its end and return all runs that it came to.

    Raises RunFailedError, which explains, when one of them fails.
    """
    for dag_id in pipeline.then:
        dag_runs.unpause(api, dag_id)
    first = dag_runs.start(api, pipeline.dag_id)
    say(f"Following {api.url}/dags/{pipeline.dag_id}/runs/{first.run_id}")
    dag_runs.follow(api, kubectl, first, say)
    runs = [api.run(first.dag_id, first.run_id)]
    for dag_id in pipeline.then:
        for later in _begun_since(api, dag_id, runs[0].began):
            dag_runs.follow(api, kubectl, DagRun(dag_id, later.run_id), say)
            runs.append(api.run(dag_id, later.run_id))
    return runs


def _begun_since(api: AirflowApi, dag_id: str, moment: str) -> list[Run]:
    deadline = time.monotonic() + _SECONDS_FOR_THE_NEXT_DAG
    while time.monotonic() < deadline:
        if runs := api.runs_begun_since(dag_id, moment):
            return runs
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    raise RunFailedError(f"{dag_id}: nothing started it within {_SECONDS_FOR_THE_NEXT_DAG} s")
