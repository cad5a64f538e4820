"""What can go wrong while producing. Every message names the topic or the broker, and what to do next."""

from podflow_task.errors import FINAL, TaskError


class ProducerError(TaskError):
    """Not every event was acknowledged; a repeated run sends the same events again."""


class DeliveryError(ProducerError):
    """The broker is away, or stayed silent for too long: trying again may help."""


class RefusedError(ProducerError):
    """The broker said no, or would: somebody has to change a topic, a right or an argument first."""

    exit_code = FINAL
