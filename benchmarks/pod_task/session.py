"""The order in which things are measured: in turn, so that a slow minute of the machine meets all of them."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from kubernetes.client import CoreV1Api

from benchmarks.pod_task.bare_pods import BarePods
from benchmarks.pod_task.control_plane import ControlPlane, spent
from benchmarks.pod_task.measurements import (
    CHAIN,
    FAN_OUT,
    OPERATORS,
    POD_TASK,
    CostedRun,
    Counts,
    Measurements,
    MemorySample,
)
from benchmarks.pod_task.stages import links
from benchmarks.pod_task.task_runs import Run, TaskRuns
from benchmarks.pod_task.watch import PodWatch

_SECONDS_OF_IDLING = 30
_SECONDS_TO_SETTLE = 3
"""Until the last pods are deleted and Airflow has nothing to do any more."""


class Session:
    """Runs the benchmark once; `say` gets a line for each part."""

    def __init__(
        self, core: CoreV1Api, watch: PodWatch, runs: TaskRuns, plane: ControlPlane, say: Callable[[str], None]
    ) -> None:
        self._core = core
        self._watch = watch
        self._runs = runs
        self._plane = plane
        self._say = say
        self._id = secrets.token_hex(3)
        self._tasks_run = 0
        self._measured = Measurements()

    def measure(self, namespace: str, counts: Counts) -> Measurements:
        """Return what the counts ask for.

        Raises:
            BenchmarkError: a pod or a run failed.
        """
        self._note_memory()
        first = {
            (operator, shape): self._warm_up(operator, shape) for operator in OPERATORS for shape in (CHAIN, FAN_OUT)
        }
        sizes = {shape: len(first[POD_TASK, shape].tasks) for shape in (CHAIN, FAN_OUT)}
        bare = BarePods(self._core, namespace, self._watch, _model(first[POD_TASK, CHAIN]))
        bare.one_by_one(f"bare-{self._id}-warm-up", 1)
        self._measured.idle_cpu = self._idle()
        for number in range(counts.rounds):
            self._say(f"chains, round {number + 1} of {counts.rounds}")
            # The first task of a chain is not measured.
            self._measured.bare_chains += bare.one_by_one(f"bare-{self._id}-{number}", sizes[CHAIN] - 1)
            self._round(CHAIN, sizes[CHAIN], number)
            self._bare_in_step(bare, number)
        for number in range(counts.fan_outs):
            self._say(f"fan-outs, round {number + 1} of {counts.fan_outs}")
            self._measured.bare_fan_outs.append(bare.at_once(f"bare-{self._id}-at-once-{number}", sizes[FAN_OUT]))
            self._round(FAN_OUT, sizes[FAN_OUT], number)
        self._follow_memory(counts.tasks, sizes[FAN_OUT])
        return self._measured

    def _warm_up(self, operator: str, shape: str) -> Run:
        self._say(f"warming up: {operator}, {shape}")
        run = self._execute(operator, shape, "warm-up")
        self._settle()
        return run

    def _round(self, shape: str, size: int, number: int) -> None:
        for operator in OPERATORS:
            self._settle()
            costed = self._costed(operator, shape, f"{number}", size)
            self._measured.runs.setdefault((operator, shape), []).append(costed)
        self._settle()

    def _bare_in_step(self, bare: BarePods, number: int) -> None:
        for operator in OPERATORS:
            pauses = [link.pause for link in links(self._measured.of(operator, CHAIN)[-1:])]
            pods = bare.in_step(f"bare-{self._id}-{number}-{operator.replace('_', '-')}", pauses)
            self._measured.bare_in_step.setdefault(operator, []).extend(pods)

    def _follow_memory(self, tasks: int, size: int) -> None:
        self._note_memory()
        for number in range(-(-tasks // size)):
            self._say(f"memory: {number * size} of {tasks} tasks")
            self._execute(POD_TASK, FAN_OUT, f"memory-{number}", size)
            self._settle()
            self._note_memory()

    def _execute(self, operator: str, shape: str, name: str, size: int = 0) -> Run:
        run = self._runs.execute(f"benchmark__{operator}__{shape}", f"{self._id}-{operator}-{shape}-{name}", size)
        self._tasks_run += len(run.tasks)
        return run

    def _costed(self, operator: str, shape: str, name: str, size: int) -> CostedRun:
        before, begun = self._plane.read(), time.monotonic()
        run = self._execute(operator, shape, name, size)
        after, seconds = self._plane.read(), time.monotonic() - begun
        idle = self._measured.idle_cpu
        return CostedRun(run, {name: used - idle[name] * seconds for name, used in spent(before, after).items()})

    def _idle(self) -> dict[str, float]:
        self._say(f"idling for {_SECONDS_OF_IDLING} s")
        before, begun = self._plane.read(), time.monotonic()
        time.sleep(_SECONDS_OF_IDLING)
        after, seconds = self._plane.read(), time.monotonic() - begun
        return {name: used / seconds for name, used in spent(before, after).items()}

    def _note_memory(self) -> None:
        self._measured.memory.append(MemorySample(self._tasks_run, self._plane.read()))

    def _settle(self) -> None:
        time.sleep(_SECONDS_TO_SETTLE)


def _model(run: Run) -> dict[str, Any]:
    """A pod of PodTask as the API server showed it first: what the bare pods are made from."""
    return run.tasks[0].pod.manifest
