"""The command line: `python -m benchmarks.pod_task --cluster podflow-test`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kubernetes.client import CoreV1Api
from kubernetes.config import new_client_from_config

from benchmarks.pod_task.control_plane import ControlPlane
from benchmarks.pod_task.machine import measured_on_cluster
from benchmarks.pod_task.measurements import CHAIN, FAN_OUT, OPERATORS, Counts
from benchmarks.pod_task.report import report
from benchmarks.pod_task.session import Session
from benchmarks.pod_task.task_runs import BenchmarkApi, TaskRuns, await_dag
from benchmarks.pod_task.watch import PodWatch
from benchmarks.publishing import publish
from k8s import dag_bundles
from k8s.cluster import PORTS, Cluster
from k8s.deploy import deploy
from k8s.kubectl import Kubectl
from k8s.release import NAMESPACE

_DAGS = Path(__file__).parent / "dags"
_TITLE = "PodTask"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    defaults = Counts()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pod_task", description=__doc__)
    parser.add_argument("--cluster", choices=list(PORTS), default="podflow-test", help="default: %(default)s")
    parser.add_argument("--as-deployed", action="store_true", help="do not deploy: its DAGs are there already")
    parser.add_argument("--rounds", type=int, default=defaults.rounds, help="of chains; default: %(default)s")
    parser.add_argument("--fan-outs", type=int, default=defaults.fan_outs, help="rounds of them; default: %(default)s")
    parser.add_argument("--tasks", type=int, default=defaults.tasks, help="to follow memory; default: %(default)s")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the section into this Markdown file")
    return parser.parse_args(arguments)


def _publish(cluster: str) -> Kubectl:
    """Bring the benchmark's DAGs into Airflow, which a later deployment takes out again."""
    kubectl = Kubectl(Cluster(cluster).context, NAMESPACE)
    return deploy(cluster, dag_bundles.publish(kubectl, "benchmark", _DAGS))


def _run(chosen: argparse.Namespace) -> str:
    cluster = Cluster(chosen.cluster)
    kubectl = Kubectl(cluster.context, NAMESPACE) if chosen.as_deployed else _publish(chosen.cluster)
    api = BenchmarkApi(cluster.addresses().airflow, "admin", kubectl.secret("podflow-airflow-admin", "password"))
    for operator in OPERATORS:
        for shape in (CHAIN, FAN_OUT):
            await_dag(api, f"benchmark__{operator}__{shape}")
    core = CoreV1Api(new_client_from_config(context=cluster.context))
    with PodWatch(core, NAMESPACE) as watch:
        session = Session(core, watch, TaskRuns(api, watch), ControlPlane(kubectl), _say)
        measured = session.measure(NAMESPACE, Counts(chosen.rounds, chosen.fan_outs, chosen.tasks))
    return report(measured, measured_on_cluster(kubectl, api.version()))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write; returns the exit code: 0 well, 1 a problem that is told."""
    chosen = _parse(arguments)
    return publish(_TITLE, lambda: _run(chosen), chosen.write)


if __name__ == "__main__":
    sys.exit(main())
