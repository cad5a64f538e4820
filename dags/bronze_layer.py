"""### Logistics: bronze

Brings the shop's files and its streamed orders to `bronze_logistics`, side by side.

| step | pod | what it does |
|---|---|---|
| extract | ingest, one pod a file | divides the file into chunks in landing; checks its header first |
| load | ingest, one pod a chunk | merges changed rows, marks vanished ones, bad lines go to `ops.quarantine` |
| orders | ingest | drains the topic up to the ends it sees when it starts; skipped if there is nothing new |

Declared in `dags/catalog/logistics.yml`. Started by `trigger_dags`.
"""

from airflow.sdk import DAG

from podflow_dags import assets, ingestion
from podflow_dags.catalogue import declaration
from podflow_dags.defaults import default_args
from podflow_dags.pod_task import PodTask

CRM = ("crm_cust_info", "crm_prd_info", "crm_sales_details")
ERP = ("erp_cust_az12", "erp_loc_a101", "erp_px_cat_g1v2")

with DAG(
    dag_id="bronze_layer",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=default_args(),
    tags=["logistics", "ingest"],
):
    for name in (*CRM, *ERP):
        ingestion.group("logistics", name)
    PodTask(
        task_id="orders",
        args=["drain", declaration("logistics", "orders")],
        **assets.topic_to_bronze("logistics", "orders"),
    )
