"""What can go wrong while producing. Every message names the topic and what to do next."""


class ProducerError(Exception):
    """Base of all errors that end a run with a message instead of a traceback."""


class ConfigurationError(ProducerError):
    """The environment lacks a variable or holds a wrong value."""


class DeliveryError(ProducerError):
    """The broker did not acknowledge every event."""
