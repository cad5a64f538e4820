"""### Orders of a day

Plays the shop's checkout: producer pods send a day's orders to the topic `orders`, each a range of their numbers, and
wait until every message is acknowledged. A few orders are late, a few cannot be used: they are for quarantine.

The day's date is the seed: a run that is repeated sends the same orders under the same numbers, and silver has each
once. The run's configuration says how many `orders`, and of which `day`. Started by `trigger_dags`.
"""

from airflow.sdk import DAG, Param

from podflow_dags import assets
from podflow_dags.defaults import default_args
from podflow_dags.pod_task import PodTask

PODS = 2
FLAWS = ["--late", "0.02", "--malformed", "0.001"]
DAY = "(params.day or macros.ds_add(dag_run.run_after | ds, -1))"


def share(pod: int) -> list[str]:
    """Return what the pod with this number, from 0, is told."""
    first, end = (f"(params.orders * {number} // {PODS})" for number in (pod, pod + 1))
    return [
        *("orders", "--topic", "orders", "--seed", f"{{{{ {DAY} | replace('-', '') }}}}"),
        *("--from", f"{{{{ {DAY} }}}}", "--to", f"{{{{ macros.ds_add({DAY}, 1) }}}}"),
        *("--first", f"{{{{ {first} }}}}", "--count", f"{{{{ {end} - {first} }}}}", "--of", "{{ params.orders }}"),
        *FLAWS,
    ]


with DAG(
    dag_id="produce_messages",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    # It never starts by itself, and paused it would keep trigger_dags waiting.
    is_paused_upon_creation=False,
    default_args=default_args(),
    params={
        "orders": Param(5_000, type="integer", minimum=PODS, description="Orders of the day."),
        "day": Param(None, type=["null", "string"], format="date", description="Without it, the day before."),
    },
    tags=["logistics", "kafka"],
):
    PodTask.partial(
        task_id="produce",
        image="producer",
        outlets=[assets.origin("logistics", "orders")],
    ).expand(args=[share(pod) for pod in range(PODS)])
