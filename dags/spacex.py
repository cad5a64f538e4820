"""### SpaceX: launches

Brings launches, rockets, launchpads and payloads from an API to gold tables, once a day.

| step | pod | what it does |
|---|---|---|
| transform | ingest, one a dataset | keeps the API's pages in landing (raw) and makes typed columns of them (stage) |
| copy | ingest, one a chunk | checks the staged file and its schema, then merges changed rows into `bronze_spacex` |
| silver | dbt | cleans and tests them; a launch that flew takes the place of its plan |
| gold | dbt | builds success by rocket, mass to orbit, cadence and the reuse of cores |

Of launches that flew, the API is asked only for those since the last day with a delivery, less 30 days; all else is
small and comes whole. A record that does not fit its columns goes to `ops.quarantine`. The datasets are declared in
`dags/catalog/spacex.yml`, the tables in `dbt/models/spacex/`.
"""

from airflow.sdk import DAG, TaskGroup

from podflow_dags import assets
from podflow_dags.catalogue import datasets, declaration
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import RUN_DATE, default_args
from podflow_dags.pod_task import PodTask


def bring(dataset: str) -> TaskGroup:
    """Make the two tasks that bring one dataset to bronze."""
    declared = declaration("spacex", dataset)
    with TaskGroup(dataset) as group:
        transform = PodTask(
            task_id="transform",
            args=["transform", declared, "--date", RUN_DATE],
            returns="chunks",
            **assets.to_landing("spacex", dataset),
        )
        PodTask.partial(
            task_id="copy",
            map_index_template="{{ task.arguments[-1].split('/')[-1] }}",
            **assets.to_bronze("spacex", dataset),
        ).expand(args=transform.output.map(lambda chunk: ["load", declared, chunk]))
    return group


with DAG(
    dag_id="spacex__launches__daily",
    doc_md=__doc__,
    schedule="@daily",
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    tags=["spacex", "ingest", "dbt"],
):
    edges = assets.to_silver("spacex")
    # A dataset of which there is nothing new is skipped.
    silver = dbt_build("spacex.bronze spacex.silver", task_id="silver", trigger_rule="none_failed", **edges)
    gold = dbt_build("spacex.gold", task_id="gold", **assets.to_gold("spacex"))
    [bring(name) for name in datasets("spacex")] >> silver >> gold
