"""Whether a topic still has what bronze lacks: messages that retention deleted, topics that were made anew."""

from collections.abc import Mapping
from dataclasses import dataclass

from podflow_ingest.errors import MessagesLostError
from podflow_ingest.kafka.messages import Span, TopicState
from podflow_ingest.kafka.offsets import Stored, Subject


@dataclass(frozen=True)
class Gap:
    """What is amiss with a partition."""

    partition: int
    kind: str
    """deleted: the topic begins behind what was loaded last. cut: it ends before it. recreated: it is another topic."""
    text: str


def gaps(known: Mapping[int, Stored], state: TopicState) -> list[Gap]:
    """Return what is amiss."""
    found = []
    for partition, stored in sorted(known.items()):
        span = state.partitions.get(partition)
        gap = _gap(partition, stored, state.id, span)
        if gap:
            found.append(gap)
    return found


def _gap(partition: int, stored: Stored, topic_id: str, span: Span | None) -> Gap | None:
    following = f"what followed offset {stored.next_offset - 1} of partition {partition}"
    if stored.topic_id != topic_id or span is None:
        return Gap(partition, "recreated", following)
    if stored.next_offset < span.beginning:
        lost = f"offsets {stored.next_offset} to {span.beginning - 1} of partition {partition}"
        return Gap(partition, "deleted", f"{lost} ({span.beginning - stored.next_offset})")
    if stored.next_offset > span.end:
        return Gap(partition, "cut", f"partition {partition} ends at {span.end}, {stored.next_offset} was to come")
    return None


def check(subject: Subject, known: Mapping[int, Stored], state: TopicState) -> None:
    """Stop where messages are lost.

    Raises:
        MessagesLostError: some are; the message says which, and the command that goes on without them.
    """
    found = gaps(known, state)
    if not found:
        return
    kinds = {gap.kind for gap in found}
    said = ", ".join(gap.text for gap in found)
    where = f"{subject.dataset}: topic {subject.topic}"
    accept = f"`ingest offsets {subject.dataset} --accept-loss` goes on"
    if "recreated" in kinds:
        raise MessagesLostError(
            f"{where} was deleted and made anew: {said} is lost, nobody can tell how much it was. Rows in bronze stay. "
            f"`ingest offsets {subject.dataset} --restart` goes on with the new topic from its beginning"
        )
    if "cut" in kinds:
        raise MessagesLostError(
            f"{where} has less than was loaded of it: {said}. Its broker lost messages that bronze has. {accept} with "
            "what comes after its present end"
        )
    raise MessagesLostError(
        f"{where} was not read before its retention deleted messages: {said} are lost. {accept} with the oldest "
        "message left; a longer retention.ms, or draining more often, keeps this from happening again"
    )
