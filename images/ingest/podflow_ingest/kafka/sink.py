"""A sink: takes partitions of a topic over, and writes batch after batch."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.errors import MessagesLostError, OvertakenError, SourceError, WarehouseError
from podflow_ingest.kafka import gaps, offsets, table
from podflow_ingest.kafka.batch import Done, Writer, write
from podflow_ingest.kafka.messages import Topic, TopicState
from podflow_ingest.kafka.offsets import Stored, Subject
from podflow_ingest.kafka.refusals import OffsetGoneError
from podflow_ingest.kafka.rows import RowMaker
from podflow_ingest.kafka.supply import Supply
from podflow_ingest.kafka.takeover import take_over
from podflow_ingest.settings import Settings
from podflow_task.log import event

SECONDS_BETWEEN_LOOKS = 30.0
"""While nothing comes: how often the topic is asked whether it still is what it was."""
SECONDS_BETWEEN_LAGS = 30.0
"""How often the log says how far behind the topic's end the sink is."""
SECONDS_BETWEEN_BEATS = 5.0


class Sink:
    """One process's hold on partitions of one topic."""

    def __init__(self, connection: psycopg.Connection, dataset: Dataset, topic: Topic, run: Settings) -> None:
        self.subject = Subject(dataset.full_name, topic.name)
        self._dataset = dataset
        self._topic = topic
        self._run = run
        self._held: dict[int, Stored] = {}
        self._topic_id = ""
        self._partitions = 0
        self._grown = False
        self._looked = self._told_lag = time.monotonic()
        self._beaten = -SECONDS_BETWEEN_BEATS
        maker = RowMaker(dataset, table.origin(dataset))
        self._writer = Writer(connection, dataset, self.subject, maker, run, self._look)

    def take(self, state: TopicState, partitions: Collection[int]) -> dict[int, int]:
        """Take partitions over; return from which offset on each is to be read.

        Raises: as takeover.take_over.
        """
        ensure_tables(self._writer.connection, table.bronze(self._dataset))
        self._held = take_over(self._writer.connection, self.subject, state, partitions, self._run.pod)
        self._topic_id, self._partitions, self._grown = state.id, len(state.partitions), False
        for number, stored in self._held.items():
            span = state.partitions[number]
            event("taken", **vars(self.subject), partition=number, stored=stored.next_offset,
                  beginning=span.beginning, end=span.end, lag=span.end - stored.next_offset)  # fmt: skip
        return {number: stored.next_offset for number, stored in self._held.items()}

    def batches(self, supply: Supply, stopped: Callable[[], bool] = lambda: False) -> Iterator[Done]:
        """Yield each batch once it is committed: to the ends, until stopped or, without ends, until the topic grew.

        Raises:
            MessagesLostError: what comes next is not in the topic any more.
            OvertakenError: another sink has taken a partition over.
        """

        def over() -> bool:
            self._beat()
            if time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS:
                self._look()
            if time.monotonic() - self._told_lag > SECONDS_BETWEEN_LAGS:
                self._tell_lag(supply.positions)
            return stopped() or (self._grown and supply.is_endless)

        try:
            while found := supply.portion(over):
                done = write(self._writer, self._held, supply.batch(found))
                self._tell(done)
                yield done
        except OffsetGoneError:
            gaps.check(self.subject, offsets.stored(self._writer.connection, self.subject), self._topic.state())
            raise

    def last_lag(self, positions: Mapping[int, int]) -> int | None:
        """Return the lag after the last batch, None if the topic cannot be asked: what is written stays done."""
        try:
            return self._lag(positions)
        except SourceError as error:
            event("lag unknown", level="warning", **vars(self.subject), error=str(error))
            return None

    def _lag(self, positions: Mapping[int, int]) -> int:
        """Return how many messages come behind these positions, by now."""
        partitions = self._topic.state().partitions
        # Where the topic is being made anew, it has fewer for a moment.
        return sum(partitions[number].end - at for number, at in positions.items() if number in partitions)

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Tell a sink whose session was ended by its successor why that was.

        Raises:
            OvertakenError: it was so. Other errors pass.
        """
        try:
            yield
        except psycopg.OperationalError as error:
            if error.sqlstate is None or error.sqlstate == psycopg.errors.AdminShutdown.sqlstate:
                self._expect_still_held()
            raise

    def _expect_still_held(self) -> None:
        try:
            with connect(self._run) as another, another.transaction():
                offsets.fence(another, self.subject, self._held)
        except OvertakenError:
            raise
        except WarehouseError:
            # The server is away, which the first error says.
            return

    def _beat(self) -> None:
        file, now = self._run.heartbeat_file, time.monotonic()
        if file is not None and now - self._beaten >= SECONDS_BETWEEN_BEATS:
            file.touch()
            self._beaten = now

    def _tell(self, done: Done) -> None:
        for number, each in done.partitions.items():
            fields: dict[str, Any] = {
                "partition": number,
                "from": each.first,
                "to": each.last,
                "rows": each.read - each.rejected,
                "rejected": each.rejected,
                "load_id": done.load_id,
            }
            event("batch", **vars(self.subject), **fields)

    def _tell_lag(self, positions: Mapping[int, int]) -> None:
        event("lag", **vars(self.subject), lag=self._lag(positions))
        self._told_lag = time.monotonic()

    def _look(self) -> None:
        """See that the topic still is the one that was taken over: no id is given twice."""
        topic_id, partitions = self._topic.identity()
        if topic_id != self._topic_id:
            gaps.check(self.subject, self._held, self._topic.state())
            raise MessagesLostError(f"{self.subject.dataset}: topic {self.subject.topic} was made anew; run again")
        self._grown = partitions > self._partitions
        self._looked = time.monotonic()
