"""One batch of messages in one transaction: rows, offsets, ledger, and what was wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from podflow_ingest.bronze import ledger
from podflow_ingest.bronze.ledger import Counts, Entry
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.kafka import copying, offsets, quarantine
from podflow_ingest.kafka.account import Account, Written
from podflow_ingest.kafka.copying import Place
from podflow_ingest.kafka.messages import Messages
from podflow_ingest.kafka.offsets import Stored, Subject
from podflow_ingest.kafka.rows import RowMaker
from podflow_ingest.settings import Settings


@dataclass(frozen=True)
class Writer:
    """What every batch of a sink needs; `check` is the last thing before a commit, and raises if it must not be."""

    connection: psycopg.Connection
    dataset: Dataset
    subject: Subject
    rows: RowMaker
    run: Settings
    check: Callable[[], None]


@dataclass(frozen=True)
class Done:
    """A batch that was committed."""

    load_id: int
    partitions: Mapping[int, Written]


def write(writer: Writer, held: Mapping[int, Stored], messages: Iterable[Messages]) -> Done:
    """Bring messages into the table, in one transaction; `held` are the partitions that the sink has taken over.

    They are copied while they come in. If the server refuses them as a whole, all are copied again, by halves.

    Raises:
        OvertakenError: another sink has taken a partition over; nothing was written.
        MessagesLostError: they are of another topic than those before; nothing was written.
    """
    account = Account()
    try:
        with writer.connection.transaction():
            return _write(writer, held, account, messages, _copied)
    except copying.REFUSED:
        again = Account()
        with writer.connection.transaction():
            # What was under way when the server refused is not lost: the account has it.
            return _write(writer, held, again, account.messages, _copied_by_halves)


def _write(
    writer: Writer,
    held: Mapping[int, Stored],
    account: Account,
    messages: Iterable[Messages],
    copied: Callable[[Writer, Account, Iterable[list[bytes]]], int],
) -> Done:
    connection, subject = writer.connection, writer.subject
    offsets.fence(connection, subject, held)
    load_id = ledger.enter(connection, writer.dataset, Entry(f"kafka/{subject.topic}"), writer.run)
    inserted = copied(writer, account, _lines(writer, held, account, messages))
    if inserted < account.sent:
        _find_skipped(writer, held, account)
    done = account.partitions()
    for partition, written in done.items():
        chunk = quarantine.chunk(subject.topic, held[partition].generation, partition)
        part = quarantine.Part(chunk, written.first, written.last)
        quarantine.replace(connection, load_id, subject.dataset, part, account.rejected.get(partition, ()))
    offsets.advance(connection, subject, load_id, {number: each.last + 1 for number, each in done.items()})
    _close(writer, load_id, inserted, done)
    writer.check()
    return Done(load_id, done)


def _lines(
    writer: Writer, held: Mapping[int, Stored], account: Account, messages: Iterable[Messages]
) -> Iterator[list[bytes]]:
    for some in messages:
        made = writer.rows.rows(some, held[some.partition].generation)
        account.add(some, made)
        yield made.rows


def _copied(writer: Writer, account: Account, blocks: Iterable[Sequence[bytes]]) -> int:  # noqa: ARG001  # as its sister
    return copying.copy(writer.connection, writer.dataset, blocks)


def _copied_by_halves(writer: Writer, account: Account, blocks: Iterable[Sequence[bytes]]) -> int:
    taken = 0
    for lines in blocks:
        some, flaws = copying.copy_halving(writer.connection, writer.dataset, lines)
        taken += some
        account.refuse_last(flaws)
    return taken


def _find_skipped(writer: Writer, held: Mapping[int, Stored], account: Account) -> None:
    """Find the messages that COPY skipped, and why."""
    skipped: list[tuple[Messages, int]] = []
    for partition, written in account.partitions().items():
        place = Place(writer.subject.topic, held[partition].generation, partition, written.first, written.last)
        there = copying.present(writer.connection, writer.dataset, place)
        skipped += account.missing(partition, there)
    records = [writer.rows.declared_fields(some.values[index] or b"") for some, index in skipped]
    for (some, index), why in zip(skipped, copying.reasons(writer.connection, writer.dataset, records), strict=True):
        account.reject(some, index, why)


def _close(writer: Writer, load_id: int, inserted: int, done: Mapping[int, Written]) -> None:
    """Complete the ledger's row; its constraint refuses counts that do not add up."""
    spans = ", ".join(f"{number}/{each.first}-{each.last}" for number, each in sorted(done.items()))
    ledger.rename(writer.connection, load_id, f"kafka/{writer.subject.topic}/{spans}")
    counts = Counts(
        read=sum(each.read for each in done.values()),
        inserted=inserted,
        updated=0,
        unchanged=0,
        duplicate=0,
        rejected=sum(each.rejected for each in done.values()),
    )
    ledger.close_load(writer.connection, load_id, counts, None)
