"""`make demo`: from whatever is there to gold tables, and an account of every row on the way."""

from pathlib import Path

from k8s import dag_runs
from k8s.airflow_api import AirflowApi
from k8s.cluster import Addresses, Cluster
from k8s.deploy import deploy
from k8s.kubectl import Kubectl
from k8s.progress import Progress

FOREX = "forex__customer_transactions__hourly"
_QUERIES = Path(__file__).parent / "queries"


def run(name: str) -> None:
    """Deploy to the cluster of that name, run the forex pipeline there and print what came of it.

    Raises RunFailedError, which explains, when the pipeline fails.
    """
    kubectl = deploy(name)
    places = Cluster(name).addresses()
    password = kubectl.secret("podflow-airflow-admin", "password")
    api = AirflowApi(places.airflow, "admin", password)
    with Progress() as progress:
        followed = dag_runs.start(api, FOREX)
        progress.note(f"Following {places.airflow}/dags/{FOREX}/runs/{followed.run_id}")
        with progress.step(f"running {FOREX}"):
            dag_runs.follow(api, kubectl, followed, progress.note)
    print(f"\nWhere the rows went\n{_answer(kubectl, 'accounts.sql', followed.run_id)}")
    print(f"Gold: the busiest days of a pair\n{_answer(kubectl, 'gold.sql', followed.run_id)}")
    print(_ways_in(kubectl, places, password))


def _answer(kubectl: Kubectl, query: str, run_id: str) -> str:
    """Ask the warehouse inside its own pod and return psql's table."""
    psql = ["psql", "--no-psqlrc", "--username=postgres", "--dbname=warehouse", "--pset=footer=off"]
    command = ["exec", "--stdin", "podflow-postgres-0", "--", *psql, f"--set=run_id={run_id}"]
    return kubectl.output(*command, standard_input=(_QUERIES / query).read_text())


def _ways_in(kubectl: Kubectl, places: Addresses, password: str) -> str:
    reader = kubectl.secret("podflow-warehouse-reader", "WAREHOUSE_PASSWORD")
    key = kubectl.secret("podflow-landing", "AWS_ACCESS_KEY_ID")
    secret_key = kubectl.secret("podflow-landing", "AWS_SECRET_ACCESS_KEY")
    return "\n".join(
        [
            f"Airflow       {places.airflow}   admin / {password}",
            f"dbt docs      {places.dbt_docs}",
            f"Sources       {places.sources}/docs",
            f"Warehouse     psql postgresql://reader:{reader}@localhost:{places.postgres_port}/warehouse",
            f"Object store  {places.object_store}   {key} / {secret_key}",
            f"Pods          {' '.join(kubectl.command('get', 'pods'))}",
        ]
    )
