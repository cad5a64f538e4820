"""Where the time of a task goes, from the end of the task before it to its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.pod_task.bare_pods import BarePod
from benchmarks.pod_task.task_runs import Run, Task

STAGES = (
    "task before finished → task queued",
    "queued → task process started",
    "process started → pod created",
    "pod created → scheduled",
    "scheduled → container started",
    "container started → finished",
    "container finished → task finished",
)
BARE_STAGES = STAGES[2:6]
"""Those that a bare pod has too; the first of them begins with the request instead of a process."""


@dataclass(frozen=True)
class Link:
    """A task of a chain: seconds of each of STAGES, which follow one another without a gap."""

    stages: tuple[float, ...]
    pause: float
    """Seconds from the end of the pod before to the creation of this task's."""

    @property
    def seconds(self) -> float:
        """From the end of the task before to the end of this one."""
        return sum(self.stages)

    @property
    def outside_pod(self) -> float:
        """The part of it in which the task's pod was not there, or was finished."""
        return sum(self.stages[:3]) + self.stages[-1]


def links(runs: Iterable[Run]) -> list[Link]:
    """Return what each task of the chains took but the first of each, which has none before it."""
    return [_link(before, task) for run in runs for before, task in pairwise(run.tasks)]


def _link(before: Task, task: Task) -> Link:
    stages = _gaps((before.ended, task.queued, task.started, *task.pod.moments(), task.ended))
    return Link(stages, task.pod.created - before.pod.moments()[-1])


def bare_stages(pod: BarePod) -> tuple[float, ...]:
    """Return seconds from the request to the pod's creation and of the three stages that follow."""
    return _gaps((pod.requested, *pod.times.moments()))


def wall_of_tasks(run: Run) -> float:
    """Seconds from the run's start to the end of its last task."""
    return max(task.ended for task in run.tasks) - run.started


def wall_of_pods(pods: Sequence[BarePod]) -> float:
    """Seconds from the first request to the end of the last pod."""
    return max(pod.requested + pod.seconds for pod in pods) - min(pod.requested for pod in pods)


def _gaps(moments: Iterable[float]) -> tuple[float, ...]:
    return tuple(later - earlier for earlier, later in pairwise(moments))
