"""Runs and pods with round times."""

from benchmarks.pod_task.bare_pods import BarePod
from benchmarks.pod_task.pod_times import Owner, PodTimes
from benchmarks.pod_task.task_runs import Run, Task


def pod(created: float, life: float = 1.5) -> PodTimes:
    """A pod that is scheduled after 0.1 s, started half a second before its end."""
    end = created + life
    return PodTimes(Owner(), {"metadata": {"name": "p"}}, created, created + 0.1, end - 0.5, end, succeeded=True)


def bare(requested: float, life: float = 1.5) -> BarePod:
    return BarePod(requested, pod(requested + 0.05, life - 0.05))


def chain(count: int, added: float, life: float = 1.5, begin: float = 1000.0) -> Run:
    """Tasks one after the other: `added` seconds each, of which a tenth after the pod's end, then the pod's `life`."""
    tasks, now = [], begin
    for _ in range(count):
        created = now + added * 0.9
        end = created + life + added * 0.1
        tasks.append(Task(now + added * 0.3, now + added * 0.6, end, pod(created, life)))
        now = end
    return Run(begin, tasks)


def fan_out(count: int, seconds: float, begin: float = 1000.0) -> Run:
    task = Task(begin + 0.1, begin + 0.2, begin + seconds, pod(begin + 0.3))
    return Run(begin, [task] * count)
