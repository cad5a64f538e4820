"""Continuous sinks: a pod for each dataset of a topic, told what to do by the dataset's declaration."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import DatasetBody
from tests.chart.rendering import CHART, Manifest, Rendered, RenderError, render
from tests.chart.test_network import clients
from tests.chart.test_schema import SCHEMA

HEARTBEAT = CHART / "files" / "sink" / "heartbeat.py"
ORDERS: Manifest = {
    "source": "logistics",
    "connection": "kafka",
    "name": "orders",
    "description": 'Orders <as "sent"> & read; 1 % are späte.',
    "from": {"type": "kafka", "topic": "orders", "fields": {"city": "ship_to.city"}, "number": 5000000},
    "mode": "append",
    "columns": [{"name": "order_id", "type": "text", "nullable": False}, {"name": "city", "type": "text"}],
}


def declared(*datasets: Manifest, **values: Any) -> Rendered:
    return render({"sink": {"datasets": list(datasets), **values}})


def sink(rendered: Rendered, name: str = "podflow-sink-logistics-orders") -> Manifest:
    found: Manifest = rendered.get("Deployment", name)["spec"]
    return found


def test_without_datasets_there_is_no_sink(default: Rendered) -> None:
    assert not [each for each in default.manifests if "sink" in each["metadata"]["name"].split("-")[1]]


def test_a_sink_is_told_the_declaration_as_it_stands_in_the_values() -> None:
    [container] = sink(declared(ORDERS))["template"]["spec"]["containers"]
    command, declaration = container["args"]
    assert (command, json.loads(declaration)) == ("follow", ORDERS)
    # Helm has numbers as floats: not 5e+06.
    assert '"number":5000000' in declaration
    assert container["image"] == "podflow/ingest:0.1.0"


def test_a_sink_has_the_secrets_of_the_topic_and_the_warehouse_only() -> None:
    [container] = sink(declared(ORDERS))["template"]["spec"]["containers"]
    assert [each["secretRef"]["name"] for each in container["envFrom"]] == [
        "podflow-warehouse-ingest",
        "podflow-kafka-sink",
    ]


def test_one_pod_at_a_time_and_time_to_end_its_batch() -> None:
    spec = sink(declared(ORDERS, terminationGracePeriodSeconds=90))
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 90


def test_sinks_do_not_select_each_others_pods() -> None:
    returns = {**ORDERS, "name": "returns"}
    rendered = declared(ORDERS, returns)
    first, second = sink(rendered), sink(rendered, "podflow-sink-logistics-returns")
    labels = second["template"]["metadata"]["labels"]
    assert second["selector"]["matchLabels"].items() <= labels.items()
    assert not first["selector"]["matchLabels"].items() <= labels.items()
    assert (labels["source"], labels["dataset"]) == ("logistics", "returns")


def test_long_names_stay_apart_and_fit() -> None:
    long = [{**ORDERS, "name": f"orders_of_the_whole_company_in_region_{number}"} for number in (1, 2)]
    rendered = render({"sink": {"datasets": long}}, release="a-release-with-a-name-as-long-as-helm-allows-it-now")
    names = [name for name in rendered.names("Deployment") if "-sink-" in name]
    assert len(names) == 2
    assert all(len(name) <= 63 for name in names)


def test_a_sink_reaches_the_broker_and_the_warehouse() -> None:
    rendered = declared(ORDERS)
    for server, port in (("kafka", 9092), ("postgres", 5432)):
        allowed = clients(rendered, server, port)
        assert allowed is not None
        assert "sink" in allowed


def test_a_sink_fits_pod_security_restricted() -> None:
    pod = sink(declared(ORDERS))["template"]["spec"]
    assert (pod["securityContext"]["runAsNonRoot"], pod["automountServiceAccountToken"]) == (True, False)
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"].keys() == {"memory"}
    assert {"startupProbe", "livenessProbe"} <= container.keys()


@pytest.mark.parametrize(
    "wrong",
    [
        {**ORDERS, "from": {"type": "file", "location": "orders.csv"}},
        {**ORDERS, "topics": ["orders"]},
        {**ORDERS, "name": "Orders"},
        {name: value for name, value in ORDERS.items() if name != "columns"},
    ],
)
def test_what_no_sink_can_follow_is_refused(wrong: Manifest) -> None:
    with pytest.raises(RenderError, match="/sink/datasets/0"):
        declared(wrong)


def test_the_schema_knows_all_members_of_a_declaration() -> None:
    members = {field.alias or name for name, field in DatasetBody.model_fields.items()}
    assert SCHEMA["definitions"]["topicDataset"]["properties"].keys() == members | {"source", "connection", "name"}


@pytest.mark.parametrize(("age", "alive"), [(0, True), (890, True), (910, False), (None, False)])
def test_the_probe_goes_by_the_age_of_the_heartbeat(tmp_path: Path, age: float | None, alive: bool) -> None:
    heartbeat = tmp_path / "heartbeat"
    if age is not None:
        heartbeat.touch()
        os.utime(heartbeat, times=(time.time() - age,) * 2)
    command = [sys.executable, "-I", "-S", str(HEARTBEAT), str(heartbeat), "900"]
    assert (subprocess.run(command, check=False).returncode == 0) is alive


def test_the_probe_is_mounted_where_it_is_called() -> None:
    rendered = declared(ORDERS)
    [container] = sink(rendered)["template"]["spec"]["containers"]
    command = container["livenessProbe"]["exec"]["command"]
    assert command == ["python3", "-I", "-S", "/etc/podflow/sink/heartbeat.py", "/tmp/heartbeat", "900"]
    assert {"name": "PODFLOW_HEARTBEAT_FILE", "value": "/tmp/heartbeat"} in container["env"]
    assert {"name": "probe", "mountPath": "/etc/podflow/sink"} in container["volumeMounts"]
    assert rendered.get("ConfigMap", "podflow-sink")["data"].keys() == {"heartbeat.py"}
