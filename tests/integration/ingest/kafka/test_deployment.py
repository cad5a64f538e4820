"""The pod of a continuous sink as the chart describes it, run by Docker: its arguments, its probes, its end."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import Manifest, render
from tests.kafka_shop import TABLE, Shop, declaration, order

pytestmark = pytest.mark.timeout(1800)
"""The image is built first where it is missing."""

PASSED_ON = ("KAFKA_", "WAREHOUSE_")
MIB = 1024 * 1024


class Pod:
    """The one container of the Deployment's pod, with its security context and limits."""

    def __init__(self, container: str, described: Manifest) -> None:
        self._container = container
        self._described = described

    def probe(self, name: str) -> bool:
        """Ask as the kubelet does."""
        command = self._described[name]["exec"]["command"]
        done = subprocess.run(["docker", "exec", self._container, *command], capture_output=True, check=False)
        return done.returncode == 0

    def stop(self, seconds: int) -> tuple[int, list[dict[str, Any]]]:
        """Stop it as the kubelet does; return its exit code and what it logged."""
        _docker("stop", "--time", str(seconds), self._container)
        state = json.loads(_docker("inspect", "--format", "{{json .State}}", self._container))
        assert not state["OOMKilled"]
        return state["ExitCode"], [json.loads(line) for line in _docker("logs", self._container).splitlines()]


@contextmanager
def running(reference: str, spec: Manifest, probes: Path) -> Iterator[Pod]:
    """Run the pod of a spec with the environment of this process for its Secrets."""
    [container] = spec["containers"]
    user = spec["securityContext"]["runAsUser"]
    limit = int(container["resources"]["limits"]["memory"].removesuffix("Mi"))
    hardened = ["--read-only", f"--user={user}:{user}", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
    limits = [f"--memory={limit * MIB}", f"--memory-swap={limit * MIB}", "--tmpfs=/tmp", "--network=host"]
    variables = [f"--env={name}" for name in os.environ if name.startswith(PASSED_ON)]
    variables += [f"--env={each['name']}={each['value']}" for each in container["env"]]
    mount = f"--volume={probes}:/etc/podflow/sink:ro"
    run = ["run", "--detach", *hardened, *limits, *variables, mount, reference, *container["args"]]
    started = _docker(*run).strip()
    try:
        yield Pod(started, container)
    finally:
        _docker("rm", "--force", started)


def test_the_charts_sink_follows_its_topic_and_ends_well(
    shop: Shop, image: Callable[[str], str], tmp_path: Path
) -> None:
    rendered = render({"sink": {"datasets": [declaration(shop.topic)]}})
    spec = rendered.get("Deployment", "podflow-sink-shop-orders")["spec"]["template"]["spec"]
    probes = tmp_path / "probes"
    probes.mkdir()
    for name, text in rendered.get("ConfigMap", "podflow-sink")["data"].items():
        (probes / name).write_text(text)
    tmp_path.chmod(0o755)
    shop.send(map(order, range(100_000)))
    with running(image("ingest"), spec, probes) as pod:
        until(lambda: count(shop) == 100_000)
        assert pod.probe("startupProbe")
        assert pod.probe("livenessProbe")
        shop.send([order(100_000)])
        until(lambda: count(shop) == 100_001)
        code, events = pod.stop(spec["terminationGracePeriodSeconds"])
    assert (code, events[-1]["event"]) == (0, "stopped")


def count(shop: Shop) -> int:
    if shop.query(f"SELECT to_regclass('{TABLE}') IS NULL") == [(True,)]:
        return 0
    return int(shop.query(f"SELECT count(*) FROM {TABLE}")[0][0])


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout
