"""What can go wrong while producing. Every message names the topic and what to do next."""

from podflow_task.errors import TaskError


class DeliveryError(TaskError):
    """The broker did not acknowledge every event."""
