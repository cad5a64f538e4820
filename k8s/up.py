"""From whatever is there to a cluster that is ready."""

from __future__ import annotations

from k8s import engine, lifecycle, plan, surroundings
from k8s.cluster import Cluster
from k8s.errors import ClusterError
from k8s.go_families import FAMILIES
from k8s.lock import exclusive
from k8s.progress import Progress
from k8s.sources import Source, source_of, tool_work
from k8s.surroundings import Surroundings


def bring_up(name: str) -> None:
    """Make what is missing and bring the cluster up; what is there already costs seconds."""
    wanted = Cluster(name)
    wanted.ports()
    with Progress() as progress, exclusive(progress):
        engine.ensure(progress)
        source = _complete_source() or _completed_source(progress)
        lifecycle.bring_up(wanted, source.node, progress)
        _note_another_image(wanted, source, progress)
        progress.note(f"Cluster {name} is ready: kubectl --context {wanted.context} get nodes")


def install_tool(name: str) -> None:
    """Make one host tool callable, without an engine or a cluster: helm, or another family of Go programs."""
    if name not in FAMILIES:
        raise ClusterError(f"No tool is called {name!r}: use one of {', '.join(FAMILIES)}")
    with Progress() as progress, exclusive(progress):
        plan.perform(plan.missing([[tool_work(name)]]), progress)


def _note_another_image(wanted: Cluster, source: Source, progress: Progress) -> None:
    # Deleting a cluster that works, with its data, is the user's to decide.
    if lifecycle.image_of(wanted) != source.node.image:
        progress.note(f"Cluster {wanted.name} runs an older node image: `down` and `up` replace it, without its data")


def _complete_source() -> Source | None:
    """Return a source with nothing missing: then it does not matter what the machine reaches now."""
    if surroundings.is_overridden():
        return None
    sources = map(source_of, Surroundings)
    return next((source for source in sources if not source.missing()), None)


def _completed_source(progress: Progress) -> Source:
    found = surroundings.detect()
    progress.note(f"Surroundings: {found.sentence}")
    source = source_of(found)
    stages = source.missing()
    progress.expect(sum(len(lane) for lanes in stages for lane in lanes) + 1)
    for lanes in stages:
        plan.perform(lanes, progress)
    return source
