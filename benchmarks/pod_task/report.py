"""What the measurements say: the tables of docs/benchmarks.md."""

from collections.abc import Sequence

from benchmarks.figures import Figure, figure
from benchmarks.pod_task.control_plane import COMPONENTS, Usage
from benchmarks.pod_task.measurements import CHAIN, FAN_OUT, OPERATORS, POD_TASK, CostedRun, Measurements, MemorySample
from benchmarks.pod_task.stages import BARE_STAGES, STAGES, Link, bare_stages, links, wall_of_pods, wall_of_tasks
from benchmarks.tables import Row, table

NAMES = {"stock": "KubernetesPodOperator", "pod_task": "PodTask"}
_GOAL_MEDIAN, _GOAL_P95, _GOAL_FAN_OUT = 0.4, 0.8, 1.2
_METHOD = (
    "A bare pod, KubernetesPodOperator with its defaults, and PodTask, in turn; each pod runs `python -c pass`. A bare "
    "pod has the specification of PodTask's pod and is timed from the request until the API server says Succeeded. "
    "What a task adds is the time from the end of the task before it to its own, less the bare pod's median."
)

# genericPlegRelistPeriod in Kubernetes' pkg/kubelet/kubelet.go.
_KUBELET = (
    "The kubelet looks at its containers once a second, and an end is only seen then. So a pod that is made a quarter "
    "of a second after such a look lives up to a whole second longer, as the API server sees it, than one that is made "
    "right after it, as the next of a chain of bare pods is. A task's pod is therefore held against bare pods that are "
    "made as long after the end of the one before as the pods of the same operator's chain in the same round."
)
_MEMORY = (
    "Memory of the control plane while no task runs, in MiB: working set / memory of the processes alone. All tasks "
    "from the second row on are PodTask's, as many at once as a fan-out has:"
)


def report(measured: Measurements, where: str) -> str:
    """Return the section as Markdown: when and where, added time, stages, fan-out, CPU time, memory."""
    chains = {operator: links(measured.of(operator, CHAIN)) for operator in OPERATORS}
    parts = [
        f"{where}.",
        _METHOD,
        _KUBELET,
        _added(measured, chains),
        "Stages of a task in a chain, in milliseconds, median / 95th percentile, as a watch of the pods saw them:",
        _stages(measured, chains),
        _fan_out(measured),
        "CPU seconds a task beyond what the component spends idle; the scheduler's include the task processes:",
        _cpu(measured),
        _MEMORY,
        _memory(measured.memory),
    ]
    return "\n\n".join(parts) + "\n"


def added_seconds(chain: Sequence[Link], bare_median: float) -> Figure:
    """What a task takes from the end of the one before to its own, beyond the median of a bare pod."""
    return figure([link.seconds - bare_median for link in chain])


def _added(measured: Measurements, chains: dict[str, list[Link]]) -> str:
    at_once = figure([pod.seconds for pod in measured.bare_chains])
    in_step = {each: figure([pod.seconds for pod in measured.bare_in_step[each]]) for each in OPERATORS}
    added = {each: added_seconds(chains[each], in_step[each].median) for each in OPERATORS}
    rows = [("bare pod, made at the end of the one before", *_seconds(at_once))]
    rows += [(f"bare pod, made in step with {NAMES[each]}'s", *_seconds(in_step[each])) for each in OPERATORS]
    rows += [(f"added by {NAMES[each]}", *_seconds(added[each])) for each in OPERATORS]
    rows += [
        (f"{NAMES[each]}'s interval less the first row", *_seconds(added_seconds(chains[each], at_once.median)))
        for each in OPERATORS
    ]
    goals = [
        _goal("added by PodTask, median", added[POD_TASK].median, _GOAL_MEDIAN, " s"),
        _goal("95th percentile", added[POD_TASK].p95, _GOAL_P95, " s"),
    ]
    return f"{table(('chain', 'tasks', 'median s', 'p95 s'), rows)}\n\n{'; '.join(goals)}."


def _stages(measured: Measurements, chains: dict[str, list[Link]]) -> str:
    pods = measured.bare_in_step[POD_TASK]
    of_bare = list(zip(*map(bare_stages, pods), strict=True))
    bare = {name: _milliseconds(values) for name, values in zip(BARE_STAGES, of_bare, strict=True)}
    rows: list[Row] = [
        (name, bare.get(name, ""), *(_milliseconds([link.stages[i] for link in chains[each]]) for each in OPERATORS))
        for i, name in enumerate(STAGES)
    ]
    whole = [_milliseconds([link.seconds for link in chains[each]]) for each in OPERATORS]
    outside = [_milliseconds([link.outside_pod for link in chains[each]]) for each in OPERATORS]
    rows.append(("whole, task end → task end", _milliseconds([pod.seconds for pod in pods]), *whole))
    rows.append(("of it while the pod was not at work", "", *outside))
    return table(("stage", "bare pod, in step with PodTask's", *NAMES.values()), rows)


def _fan_out(measured: Measurements) -> str:
    bare = [wall_of_pods(pods) for pods in measured.bare_fan_outs]
    walls = {NAMES[each]: [wall_of_tasks(run) for run in measured.of(each, FAN_OUT)] for each in OPERATORS}
    base = figure(bare).median
    rows = [
        (name, f"{figure(seconds).median:.2f}", f"{figure(seconds).median / base:.2f}", _list(seconds))
        for name, seconds in {"bare pods, all requested at once": bare, **walls}.items()
    ]
    size = len(measured.bare_fan_outs[0])
    ratio = figure(walls[NAMES[POD_TASK]]).median / base
    head = (f"{size} at once", "median wall s", "ratio", "each round")
    return f"{table(head, rows)}\n\n{_goal('mapped tasks of PodTask against bare pods', ratio, _GOAL_FAN_OUT, '')}."


def _cpu(measured: Measurements) -> str:
    cases = [(operator, shape) for shape in (CHAIN, FAN_OUT) for operator in OPERATORS]
    head = ["component", "idle, cores", *(f"{NAMES[operator]}, {shape.replace('_', '-')}" for operator, shape in cases)]
    rows = [
        [name, f"{measured.idle_cpu[name]:.3f}", *(f"{_cpu_a_task(measured.runs[case], name):z.2f}" for case in cases)]
        for name in COMPONENTS
    ]
    return table(head, rows)


def _cpu_a_task(runs: Sequence[CostedRun], component: str) -> float:
    return sum(run.cpu_seconds[component] for run in runs) / sum(len(run.run.tasks) for run in runs)


def _memory(samples: Sequence[MemorySample]) -> str:
    rows = [(str(sample.tasks), *(_mebibytes(sample.usage[name]) for name in COMPONENTS)) for sample in samples]
    return table(("tasks so far", *COMPONENTS), rows)


def _seconds(value: Figure) -> tuple[str, str, str]:
    return str(value.count), f"{value.median:.2f}", f"{value.p95:.2f}"


def _milliseconds(values: Sequence[float]) -> str:
    value = figure(values)
    return f"{value.median * 1000:.0f} / {value.p95 * 1000:.0f}"


def _mebibytes(usage: Usage) -> str:
    return f"{usage.working_set / 2**20:.0f} / {usage.anonymous / 2**20:.0f}"


def _list(seconds: Sequence[float]) -> str:
    return ", ".join(f"{each:.1f}" for each in seconds)


def _goal(what: str, value: float, goal: float, unit: str) -> str:
    verdict = "reached" if value <= goal else "missed"
    return f"{what}: {value:.2f}{unit}, goal at most {goal}{unit}: {verdict}"
