"""The bronze table of a topic: what is declared, and where each message stood."""

from podflow_ingest.declaration.dataset import Dataset
from podflow_ingest.declaration.kafka_origin import MESSAGE_COLUMNS, MESSAGE_KEY, KafkaOrigin
from podflow_ingest.errors import DeclarationError


def origin(dataset: Dataset) -> KafkaOrigin:
    """Return the topic of a dataset.

    Raises:
        DeclarationError: it does not come from one.
    """
    if not isinstance(dataset.origin, KafkaOrigin):
        raise DeclarationError(
            f"{dataset.full_name} comes from a {dataset.origin.type}, not from a topic: use `ingest extract` and `load`"
        )
    return dataset.origin


def bronze(dataset: Dataset) -> Dataset:
    """Return the dataset as its table has it: with the messages' own columns, and keyed by the place in the topic.

    The key is what makes a message that is written twice an error. Mode upsert is the one whose tables have one.
    """
    columns = (*dataset.columns, *MESSAGE_COLUMNS)
    return dataset.model_copy(update={"columns": columns, "key": MESSAGE_KEY, "mode": "upsert"})
