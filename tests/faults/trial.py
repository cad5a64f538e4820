"""One run of a fault DAG: started, disturbed by a test, and judged by what can be seen from outside."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.airflow_runs import ENDED, AirflowRuns, Instance
from tests.faults.marks import Marks
from tests.faults.patience import until
from tests.faults.pods import PodWatch

PROGRAM = (Path(__file__).parent / "pod_program.py").read_text()
SECONDS_TO_BEGIN = 90
SECONDS_TO_END = 180
SECONDS_TO_VANISH = 60
SECONDS_TO_LOG = 20
_CAUSE = re.compile(r"Pod\w+Error: (?:pod \S+: |Kubernetes refused the pod: )?(.+(?:\n    .+)*)")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    state: str | None
    tries: int
    pods: list[str]
    """Every pod that there was, in order."""
    began: list[str]
    """The marks of the pods that began to work."""
    did: list[str]
    """The marks of those that did their work to its end."""
    returned: Any
    kept: list[str]
    """The pods that are still there."""

    def describe(self) -> str:
        """Say it in a line, for the table of cases."""
        pods = f"{len(self.pods)} pod{'' if len(self.pods) == 1 else 's'}"
        result = ", the pod's result returned" if self.returned else ""
        kept = f", {len(self.kept)} kept" if self.kept else ""
        return f"{self.state}, try {self.tries}; {pods}: {len(self.began)} began, {len(self.did)} did{kept}{result}"


class Trial:
    """The run, its pods under watch, and the marks that they leave."""

    def __init__(self, airflow: AirflowRuns, marks: Marks, watch: PodWatch, dag: str, run_id: str) -> None:
        self._airflow = airflow
        self._marks = marks
        self.watch = watch
        self.dag = dag
        self.run_id = run_id

    @property
    def dag_id(self) -> str:
        """The DAG's name for Airflow."""
        return f"faults__{self.dag}"

    def start(self, behaviour: str) -> None:
        """Start the run; its pods will behave so (see pod_program)."""
        self._airflow.start(self.dag_id, self.run_id, {"program": PROGRAM, "behaviour": behaviour})

    def instance(self) -> Instance:
        """The task instance now."""
        return self._airflow.instance(self.dag_id, self.run_id)

    def pid(self) -> int:
        """The process id of the running task."""
        pid = self.instance().pid
        assert pid
        return pid

    def await_work(self, besides: str = "") -> str:
        """Return the mark of the pod that has begun to work, another one than `besides`."""

        def look() -> list[str]:
            return [pod for pod in self._marks.began(self.run_id) if pod != besides]

        return until(look, SECONDS_TO_BEGIN, lambda: f"a pod works: {self.watch.describe()}, {self.instance()}")[0]

    def await_try(self, number: int, *states: str) -> Instance:
        """Return the task instance when it is in this try and one of these states."""

        def look() -> Instance | None:
            now = self.instance()
            return now if now.try_number == number and now.state in states else None

        return until(look, SECONDS_TO_END, lambda: f"try {number} {states}: {self.instance()}") or self.instance()

    def let_end(self) -> None:
        """Let the pods end their work well."""
        self._marks.let_end(self.run_id)

    def await_work_done(self) -> None:
        """Return when a pod has done its work."""
        until(lambda: self._marks.did(self.run_id), SECONDS_TO_BEGIN, "a pod did its work")

    def mark_failed(self) -> None:
        """Do what the UI's button does."""
        self._airflow.mark_failed(self.dag_id, self.run_id)

    def outcome(self) -> Outcome:
        """Wait for the end, check what must hold in every case, and return what was seen."""
        until(lambda: self.instance().state in ENDED, SECONDS_TO_END, lambda: f"the task ended: {self.instance()}")
        until(
            lambda: self.watch.settled,
            SECONDS_TO_VANISH,
            lambda: f"no pod is left at work: {self.watch.describe()}, {self.instance()}",
        )
        return self.seen()

    def seen(self) -> Outcome:
        """What is to be seen now; never a success without the work, and never two pods at once."""
        now = self.instance()
        outcome = Outcome(
            state=now.state,
            tries=now.try_number,
            pods=self.watch.names,
            began=self._marks.began(self.run_id),
            did=self._marks.did(self.run_id),
            returned=self._airflow.returned(self.dag_id, self.run_id),
            kept=self.watch.kept,
        )
        assert self.watch.most_at_work <= 1, f"pods worked side by side: {self.watch.describe()}"
        if outcome.state == "success":
            assert outcome.returned in [{"pod": pod} for pod in outcome.did], f"a false success: {outcome}"
        return outcome

    def await_in_log(self, text: str, try_number: int = 1) -> str:
        """Return the log of a try, once it holds the text."""
        logs = [""]

        def look() -> bool:
            logs.append(self._airflow.log(self.dag_id, self.run_id, try_number))
            return text in logs[-1]

        until(look, SECONDS_TO_LOG, lambda: f"{text!r} in the log of try {try_number}:\n{logs[-1]}")
        return logs[-1]

    def explanation(self, text: str, try_number: int = 1) -> str:
        """Return the plain cause at the end of the log of a try, which must hold the text."""
        found = _CAUSE.findall(self.await_in_log(text, try_number))
        assert found, f"no cause in the log of try {try_number}"
        return " ".join(found[-1].split())

    def give_up(self) -> None:
        """End the run, however the test ended."""
        if self.instance().state not in ENDED:
            self.mark_failed()
