"""What can go wrong in delivering; the message says what to do next."""


class DeliveryError(Exception):
    """The delivery was not made."""
