"""kafka-python: all Python, the default."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kafka.errors import KafkaError, KafkaTimeoutError

from podflow_producers.clients.interface import Acknowledged
from podflow_producers.clients.kafka_python_connection import connect, error_number
from podflow_producers.clients.refusals import refusal
from podflow_producers.events import Record
from podflow_producers.settings import Settings

_RECORDS_IN_FLIGHT = 20_000
"""kafka-python itself has no bound on its memory."""
_CLOSING_SECONDS = 2


class KafkaPythonClient:
    """A Client (see interface.py) of kafka-python."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self.acknowledged = Acknowledged()
        self._topic = topic
        self._patience = settings.kafka_delivery_timeout
        self._waiting: deque[list[Any]] = deque()
        self._in_flight = 0
        self._producer = connect(settings, topic)

    def send(self, records: Sequence[Record]) -> None:
        """Hand over records, and wait while too many are on their way."""
        send, topic = self._producer.send, self._topic
        try:
            futures = [send(topic, value, key) for key, value in records]
        except KafkaError as error:
            raise refusal(topic, error_number(error), error) from error
        self._waiting.append(futures)
        self._in_flight += len(futures)
        while self._in_flight > _RECORDS_IN_FLIGHT:
            self._settle()

    def finish(self) -> None:
        """Wait until each record is acknowledged; what lingers leaves by itself.

        Not by flush(), which takes a batch that kafka-python had to split for lost.
        """
        while self._waiting:
            self._settle()

    def close(self) -> None:
        """Let go, also of what was not acknowledged."""
        with suppress(KafkaTimeoutError):  # which says that not all was acknowledged
            self._producer.close(timeout=0 if self._waiting else _CLOSING_SECONDS)

    def _settle(self) -> None:
        """Wait for the oldest records and count them."""
        futures = self._waiting[0]
        try:
            for future in futures:
                # get() costs as much as a tenth of sending.
                if not future.is_done or future.exception:
                    future.get(timeout=self._patience)
        except KafkaError as error:
            raise refusal(self._topic, error_number(error), error) from error
        self._waiting.popleft()
        self._in_flight -= len(futures)
        places = [future.value for future in futures]
        last = {place.partition: place.offset for place in places}
        if last.keys() - self.acknowledged.first.keys():
            first = {place.partition: place.offset for place in reversed(places)}
            self.acknowledged.first = {**first, **self.acknowledged.first}
        self.acknowledged.last.update(last)
        self.acknowledged.count += len(places)
