"""Everything that one run of the benchmark brings in."""

from dataclasses import dataclass, field

from benchmarks.pod_task.bare_pods import BarePod
from benchmarks.pod_task.control_plane import Usage
from benchmarks.pod_task.task_runs import Run

STOCK, POD_TASK = "stock", "pod_task"
"""KubernetesPodOperator and PodTask, as the benchmark's DAGs call them."""
OPERATORS = (STOCK, POD_TASK)
CHAIN, FAN_OUT = "chain", "fan_out"


@dataclass(frozen=True)
class Counts:
    """How much is measured: rounds of chains, rounds of fan-outs, and tasks over which memory is followed."""

    rounds: int = 5
    fan_outs: int = 3
    tasks: int = 200


@dataclass(frozen=True)
class CostedRun:
    """A DAG run, and the CPU seconds that each component spent on it beyond what it spends on nothing."""

    run: Run
    cpu_seconds: dict[str, float]


@dataclass(frozen=True)
class MemorySample:
    """Usage by component while no task runs, and how many tasks had run until then."""

    tasks: int
    usage: dict[str, Usage]


@dataclass
class Measurements:
    """The bare pods and the DAG runs, in the order in which they ran; runs by operator and shape."""

    bare_chains: list[BarePod] = field(default_factory=list)
    bare_in_step: dict[str, list[BarePod]] = field(default_factory=dict)
    """By operator: bare pods created as long after the one before as the pods of its chains."""
    bare_fan_outs: list[list[BarePod]] = field(default_factory=list)
    runs: dict[tuple[str, str], list[CostedRun]] = field(default_factory=dict)
    idle_cpu: dict[str, float] = field(default_factory=dict)
    """CPU seconds a second, by component, while nothing runs."""
    memory: list[MemorySample] = field(default_factory=list)

    def of(self, operator: str, shape: str) -> list[Run]:
        """Return the runs of an operator's DAG."""
        return [costed.run for costed in self.runs[operator, shape]]
