"""Three nodes of Kafka: one goes, the others go on. One cluster, used up in this order."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from k8s import image_builds, process
from k8s.cluster import Cluster
from k8s.progress import Progress
from tests.faults.kafka_client import KafkaClient
from tests.faults.kafka_cluster import KafkaCluster, three_nodes
from tests.faults.patience import until

CLUSTER = Cluster("podflow-test")
ORDERS = {"orders": {"partitions": 3}}
SECONDS_TO_COME_BACK = 240
LONGEST_STALL = 30.0
MORE_MESSAGES = 100


@pytest.fixture(scope="module")
def kafka() -> Iterator[KafkaCluster]:
    """Three nodes with one topic."""
    with Progress(stream=sys.stderr) as progress:
        images = image_builds.ensure(["kafka", "producer"], progress)
        image_builds.load(CLUSTER.name, list(images.values()), progress)
    with three_nodes(CLUSTER.context) as cluster:
        cluster.upgrade(ORDERS)
        yield cluster


@pytest.fixture(scope="module")
def client(kafka: KafkaCluster) -> KafkaClient:
    """A client pod beside them."""
    client = KafkaClient(kafka.kubectl)
    client.start()
    return client


def leader(kafka: KafkaCluster) -> str:
    """The pod that leads the quorum."""
    status = kafka.tool("kafka-metadata-quorum", "describe", "--status")
    found = re.search(r"LeaderId:\s+(\d+)", status)
    assert found, status
    return f"podflow-kafka-{found[1]}"


@pytest.mark.timeout(900)
def test_three_nodes_are_one_quorum_and_a_topic_is_on_all_of_them(kafka: KafkaCluster) -> None:
    status = kafka.tool("kafka-metadata-quorum", "describe", "--status")
    [voters] = re.findall(r"CurrentVoters:\s+(\[.*\])", status)
    assert {voter["id"] for voter in json.loads(voters)} == {0, 1, 2}
    topic = kafka.tool("kafka-topics", "--describe", "--topic", "orders")
    assert "ReplicationFactor: 3" in topic
    assert "min.insync.replicas=2" in topic


@pytest.mark.timeout(600)
def test_helm_test_moves_messages(kafka: KafkaCluster) -> None:
    assert "Succeeded" in process.output(["helm", "test", "podflow", *kafka.where, "--timeout", "5m"])


@pytest.mark.timeout(600)
def test_an_upgrade_with_the_same_values_replaces_nothing_and_runs_no_job(kafka: KafkaCluster) -> None:
    pods, jobs = kafka.pods(), kafka.jobs()
    kafka.upgrade(ORDERS)
    assert (kafka.pods(), kafka.jobs()) == (pods, jobs)


@pytest.mark.timeout(900)
def test_writing_goes_on_while_the_leading_node_is_replaced(
    kafka: KafkaCluster, client: KafkaClient, observe: Callable[[str, str], None], tmp_path: Path
) -> None:
    with client.writing("orders", tmp_path / "writer.log") as writing:
        until(lambda: writing.acknowledged() > MORE_MESSAGES, 60, "messages are acknowledged")
        pod, before = leader(kafka), kafka.pods()
        kafka.kubectl.output("delete", "pod", pod, "--wait=false")
        at_loss = writing.acknowledged()
        until(lambda: kafka.pods().get(pod, before[pod]) != before[pod], SECONDS_TO_COME_BACK, kafka.describe)
        back = writing.acknowledged()
        in_sync = ("kafka-topics", "--describe", "--under-replicated-partitions")
        until(lambda: not kafka.tool(*in_sync).strip(), SECONDS_TO_COME_BACK, "all replicas are in sync")
    assert back > at_loss + MORE_MESSAGES
    written = writing.acknowledged()
    assert client.read("orders", 3) == {"messages": written, "different": written}
    assert writing.longest_seconds() < LONGEST_STALL
    stall = f"{written} acknowledged, {written} there; longest wait for one {writing.longest_seconds()} s"
    observe("Kafka, three nodes: pod of the leading one deleted while a producer writes", stall)


@pytest.mark.timeout(600)
def test_a_password_changed_in_its_secret_counts_after_an_upgrade(kafka: KafkaCluster) -> None:
    pods, jobs = kafka.pods(), kafka.jobs()
    kafka.change_secret("producer", f"{kafka.secret('producer')}x")
    kafka.upgrade(ORDERS)
    assert not kafka.jobs().keys() & jobs.keys()
    assert kafka.pods() == pods
    assert "Succeeded" in process.output(["helm", "test", "podflow", *kafka.where, "--timeout", "5m"])


@pytest.mark.timeout(600)
def test_replicas_are_not_moved_and_the_job_says_what_to_do(kafka: KafkaCluster) -> None:
    kafka.tool("kafka-topics", "--create", "--topic", "lone", "--replication-factor", "1", "--partitions", "1")
    kafka.helm_upgrade({**ORDERS, "lone": {"partitions": 1}})
    [job] = kafka.jobs()

    def told() -> bool:
        return "lone has 1 replicas, kafka.replicas says 3" in kafka.kubectl.output("logs", f"job/{job}")

    until(lambda: process.succeeds(kafka.kubectl.command("logs", f"job/{job}")) and told(), 120, kafka.describe)
