"""What is there: the engine, the images of the cluster, the clusters."""

from __future__ import annotations

from k8s import engine, host, lifecycle, readiness
from k8s.cluster import PORTS, Cluster
from k8s.lifecycle import State
from k8s.sources import source_of
from k8s.surroundings import Surroundings


def report() -> int:
    """Print one line for each thing; returns 0 where the default cluster is ready, else 1."""
    print(f"cache           {host.cache_directory()}")
    if not engine.is_running():
        print("Docker engine   does not answer: `python3 -m k8s up` starts it where it may")
        return 1
    print("Docker engine   answers")
    for found in Surroundings:
        missing = [work.title for lanes in source_of(found).missing() for lane in lanes for work in lane]
        print(f"{found.value:<15} {'complete' if not missing else 'missing: ' + '; '.join(missing)}")
    states = {name: _cluster_line(Cluster(name)) for name in PORTS}
    for name, line in states.items():
        print(f"{name:<15} {line}")
    return 0 if states["podflow"].startswith("ready") else 1


def _cluster_line(wanted: Cluster) -> str:
    state = lifecycle.state(wanted)
    if state is not State.RUNNING:
        return str(state.value)
    missing = readiness.missing_part(wanted)
    if missing:
        return f"running, but {missing}"
    ports = ", ".join(f"{inside} -> 127.0.0.1:{outside}" for inside, outside in wanted.ports().items())
    return f"ready, context {wanted.context}, NodePorts {ports}"
