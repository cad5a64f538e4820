"""`make demo`: from whatever is there to gold tables of all pipelines, and an account of every row on the way."""

from k8s import pipelines
from k8s.airflow_api import AirflowApi
from k8s.cluster import Addresses, Cluster
from k8s.dag_runs import RunFailedError
from k8s.demo_account import Account, account, summary
from k8s.deploy import deploy
from k8s.errors import ClusterError
from k8s.kubectl import Kubectl
from k8s.pipelines import Pipeline
from k8s.progress import Progress


def run(name: str) -> None:
    """Deploy to the cluster of that name, run every pipeline there and print what came of it.

    Raises RunFailedError, which explains, when a pipeline fails; the others are run all the same.
    """
    kubectl = deploy(name)
    places = Cluster(name).addresses()
    password = kubectl.secret("podflow-airflow-admin", "password")
    api = AirflowApi(places.airflow, "admin", password)
    accounts: list[Account] = []
    failures: list[str] = []
    with Progress(total=len(pipelines.SHIPPED)) as progress:
        for pipeline in pipelines.SHIPPED:
            try:
                accounts.append(_follow(api, kubectl, pipeline, progress))
            except ClusterError as error:
                failures.append(f"{pipeline.source}: {error}")
    print(f"\n{summary(accounts)}\n")
    print(_ways_in(kubectl, places, password))
    if failures:
        raise RunFailedError("\n".join(failures))


def _follow(api: AirflowApi, kubectl: Kubectl, pipeline: Pipeline, progress: Progress) -> Account:
    with progress.step(pipeline.source):
        runs = pipelines.run(api, kubectl, pipeline, progress.note)
        return account(api, kubectl, pipeline.source, runs)


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
