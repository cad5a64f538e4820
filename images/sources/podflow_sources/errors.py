"""What can go wrong in delivering; the message says what to do next."""

from podflow_task.errors import TaskError


class DeliveryError(TaskError):
    """The delivery was not made."""
