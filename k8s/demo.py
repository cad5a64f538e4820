"""`make demo`: from whatever is there to gold tables, and an account of every row on the way."""

from dataclasses import dataclass
from pathlib import Path

from k8s import dag_runs
from k8s.airflow_api import AirflowApi
from k8s.kubectl import Kubectl
from k8s.progress import Progress

FOREX = "forex__customer_transactions__hourly"
QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Addresses:
    """Where the cluster's services are reached from the host."""

    airflow: str
    postgres_port: int
    object_store: str


def show(kubectl: Kubectl, addresses: Addresses, progress: Progress) -> None:
    """Run the forex pipeline on a cluster where the chart stands, and print what came of it.

    Raises RunFailedError, which explains, when the pipeline fails.
    """
    password = kubectl.secret("podflow-airflow-admin", "password")
    api = AirflowApi(addresses.airflow, "admin", password)
    run = dag_runs.start(api, FOREX)
    progress.note(f"following {addresses.airflow}/dags/{run.dag_id}/runs/{run.run_id}")
    with progress.step(f"running {FOREX}"):
        dag_runs.follow(api, kubectl, run, progress.note)
    for title, query in (("Where the rows went", "accounts.sql"), ("Gold, the busiest pairs", "gold.sql")):
        print(f"\n{title}\n{_answer(kubectl, (QUERIES / query).read_text())}")
    print(_how_to_go_on(kubectl, addresses, password))


def _answer(kubectl: Kubectl, query: str) -> str:
    """Ask the warehouse inside its own pod and return psql's table."""
    psql = ("psql", "--no-psqlrc", "--username=postgres", "--dbname=warehouse", "--pset=footer=off")
    return kubectl.output("exec", "podflow-postgres-0", "--", *psql, "--command", query)


def _how_to_go_on(kubectl: Kubectl, addresses: Addresses, password: str) -> str:
    reader = kubectl.secret("podflow-warehouse-reader", "WAREHOUSE_PASSWORD")
    key = kubectl.secret("podflow-landing", "AWS_ACCESS_KEY_ID")
    secret_key = kubectl.secret("podflow-landing", "AWS_SECRET_ACCESS_KEY")
    port = addresses.postgres_port
    return "\n".join(
        [
            f"Airflow       {addresses.airflow}   admin / {password}",
            f"Warehouse     psql postgresql://reader:{reader}@localhost:{port}/warehouse",
            f"Object store  {addresses.object_store}   {key} / {secret_key}",
            f"Pods          {' '.join(kubectl.command('get', 'pods'))}",
        ]
    )
