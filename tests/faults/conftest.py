"""A release on the cluster podflow-test that has the fault DAGs; each observed end state, told again at the end."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from k8s import dag_bundles, process
from k8s.cluster import Cluster
from k8s.deploy import deploy
from k8s.kubectl import Kubectl
from k8s.release import NAMESPACE
from tests.faults.airflow_runs import AirflowRuns
from tests.faults.control_plane import ControlPlane
from tests.faults.marks import Marks, landing
from tests.faults.patience import until
from tests.faults.pods import PodWatch
from tests.faults.trial import Trial

CLUSTER = Cluster("podflow-test")
DAGS = Path(__file__).parent / "dags"
_SMALL = {"requests": {"cpu": "50m", "memory": "96Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}}
TASKS = {
    "scheduleTimeoutSeconds": 30,
    "presets": {
        "nowhere": {**_SMALL, "nodeSelector": {"podflow.dev/no-such-node": "true"}},
        "brief": {**_SMALL, "activeDeadlineSeconds": 15},
    },
}
_OBSERVED = pytest.StashKey[dict[str, str]]()

Start = Callable[[str, str], Trial]
Observe = Callable[[str, str], None]


@pytest.fixture(scope="session")
def release() -> Kubectl:
    """kubectl of a cluster on which the release stands, with the DAGs and presets of this suite."""
    kubectl = Kubectl(CLUSTER.context, NAMESPACE)
    if not process.succeeds(kubectl.command("get", "namespace", NAMESPACE)):
        deploy(CLUSTER.name)
    values: dict[str, Any] = json.loads(dag_bundles.publish(kubectl, "faults", DAGS))
    return deploy(CLUSTER.name, json.dumps({**values, "tasks": TASKS}))


@pytest.fixture(scope="session")
def airflow(release: Kubectl) -> AirflowRuns:
    """Airflow's API, once it knows the fault DAGs."""
    api = AirflowRuns(CLUSTER.addresses().airflow, "admin", release.secret("podflow-airflow-admin", "password"))
    for name in ("once", "retried", "unschedulable", "deadline", "unpullable"):
        until(lambda dag_id=f"faults__{name}": api.is_current(dag_id), 180, f"Airflow knows faults__{name}")  # type: ignore[misc]
    return api


@pytest.fixture(scope="session")
def marks(release: Kubectl) -> Marks:
    return Marks(landing(CLUSTER, release))


@pytest.fixture
def control_plane(release: Kubectl, airflow: AirflowRuns) -> ControlPlane:  # noqa: ARG001  # it stands only then
    """The release's own processes, each of them ready."""
    control_plane = ControlPlane(CLUSTER, release)
    for component in ("airflow-scheduler", "airflow-api", "airflow-triggerer"):
        until(lambda name=component: control_plane.states(name), 240, f"{component} is ready")  # type: ignore[misc]
    return control_plane


@pytest.fixture
def start(request: pytest.FixtureRequest, release: Kubectl, airflow: AirflowRuns, marks: Marks) -> Iterator[Start]:
    """A function that starts a run of a fault DAG, by the DAG's short name and what its pods shall do."""
    with ExitStack() as stack:

        def start_run(dag: str, behaviour: str) -> Trial:
            run_id = f"{request.node.originalname.removeprefix('test_')[:40]}-{secrets.token_hex(4)}"
            watch = stack.enter_context(PodWatch(release, run_id))
            trial = Trial(airflow, marks, watch, dag, run_id)
            trial.start(behaviour)
            stack.callback(marks.forget, run_id)
            stack.callback(watch.delete_kept)
            stack.callback(trial.give_up)
            return trial

        yield start_run


@pytest.fixture
def observe(request: pytest.FixtureRequest) -> Observe:
    """A function that notes what a case led to."""

    def note(case: str, end: str) -> None:
        request.config.stash.setdefault(_OBSERVED, {})[case] = end
        print(f"{case}: {end}")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the cases as the Markdown table that docs/faults.md has."""
    if observed := config.stash.get(_OBSERVED, {}):
        terminalreporter.section("observed end states")
        terminalreporter.line("| case | observed |")
        terminalreporter.line("|---|---|")
        for case, end in observed.items():
            terminalreporter.line(f"| {case} | {end} |")
