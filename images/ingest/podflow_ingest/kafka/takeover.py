"""How a sink takes partitions over, and how somebody lets a loss be."""

from collections.abc import Collection, Mapping
from typing import Literal

import psycopg

from podflow_ingest.errors import DeclarationError
from podflow_ingest.kafka import gaps, offsets
from podflow_ingest.kafka.messages import TopicState
from podflow_ingest.kafka.offsets import Stored, Subject
from podflow_task.log import event

TRIES = 3
LOCK_SECONDS = 3
"""How long an earlier sink may go on with its batch before its session is ended."""

Choice = Literal["accept-loss", "restart"]


def take_over(
    connection: psycopg.Connection, subject: Subject, state: TopicState, partitions: Collection[int], sink: str
) -> dict[int, Stored]:
    """Make this session the only one that may write these partitions; return from where on.

    A partition that was never read begins with the oldest message that it has.

    Raises:
        MessagesLostError: the topic does not have any more what comes next.
        DeclarationError: it has no such partition.
        psycopg.errors.LockNotAvailable: somebody else than a sink locks the offsets.
    """
    missing = sorted(set(partitions).difference(state.partitions))
    if missing:
        raise DeclarationError(
            f"{subject.dataset}: topic {subject.topic} has no partition {missing[0]}; "
            f"its {len(state.partitions)} are numbered from 0"
        )
    for tried in range(1, TRIES + 1):
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                offsets.lock(connection, subject, partitions)
                known = offsets.stored(connection, subject)
                gaps.check(subject, known, state)
                return offsets.take(connection, subject, _positions(known, state, partitions), sink)
        except psycopg.errors.LockNotAvailable:
            if tried == TRIES:
                raise
            ended = offsets.end_sessions(connection, subject, partitions)
            event("fenced", level="warning", dataset=subject.dataset, topic=subject.topic, sessions=ended, reason=(
                "an earlier sink holds the partitions and does not go on; its session was ended"
            ))  # fmt: skip
    raise AssertionError("the last try returns or raises")


def resolve(connection: psycopg.Connection, subject: Subject, state: TopicState, choice: Choice) -> list[str]:
    """Go on in spite of a loss; return what was set, in words. Sinks that run are fenced off.

    Raises:
        DeclarationError: the choice does not fit what is amiss.
    """
    with connection.transaction():
        offsets.lock(connection, subject, offsets.stored(connection, subject))
        # Only now: while it waited for the lock, a sink may have finished a batch.
        known = offsets.stored(connection, subject)
        found = gaps.gaps(known, state)
        kinds = {gap.kind for gap in found}
        recreated = "recreated" in kinds
        if not found:
            raise DeclarationError(
                f"{subject.dataset}: topic {subject.topic} has all that bronze lacks; nothing to set"
            )
        if recreated != (choice == "restart"):
            fitting = "--restart" if recreated else "--accept-loss"
            raise DeclarationError(f"{subject.dataset}: {', '.join(gap.text for gap in found)}: use {fitting}")
        generation = max(stored.generation for stored in known.values()) + (kinds != {"deleted"})
        amiss = {gap.partition: gap.kind for gap in found}
        chosen = {}
        for partition, span in state.partitions.items():
            before = known.get(partition)
            kind = amiss.get(partition)
            at = span.end if kind == "cut" else span.beginning
            if before is not None and kind is None and not recreated:
                at = before.next_offset
            chosen[partition] = Stored(state.id, generation, at)
        offsets.take(connection, subject, chosen, "ingest offsets")
        offsets.forget_others(connection, subject, chosen)
    return [
        f"partition {partition} goes on at offset {chosen[partition].next_offset}; lost: {gap.text}"
        for gap in found
        for partition in [gap.partition]
        if partition in chosen
    ]


def _positions(known: Mapping[int, Stored], state: TopicState, partitions: Collection[int]) -> dict[int, Stored]:
    generation = max((stored.generation for stored in known.values()), default=1)
    new = {partition: Stored(state.id, generation, state.partitions[partition].beginning) for partition in partitions}
    return {partition: known.get(partition, new[partition]) for partition in sorted(partitions)}
