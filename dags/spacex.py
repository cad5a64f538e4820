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

from airflow.sdk import DAG

from podflow_dags import assets, ingestion
from podflow_dags.catalogue import datasets
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args

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
    brought = [ingestion.group("spacex", name, first="transform", second="copy") for name in datasets("spacex")]
    brought >> silver >> gold
