"""What can go wrong in ingestion. Every message names the dataset or file, and what to do next.

A flaw is what trying again cannot heal: its exit code keeps Airflow from doing so.
"""

from podflow_task.errors import FINAL, TaskError


class IngestError(TaskError):
    """Base of all errors of ingestion."""


class DeclarationError(IngestError):
    """A dataset's declaration (dags/catalog/*.yml) or its connection is not usable."""

    exit_code = FINAL


class SourceError(IngestError):
    """The source is away, or does not have yet what is asked for."""


class SourceFlawError(SourceError):
    """The source answers, but not with what its declaration says."""

    exit_code = FINAL


class MessagesLostError(SourceFlawError):
    """A topic does not have any more what bronze lacks, or is another topic of the same name."""


class LandingError(IngestError):
    """Landing is away, or an object in it is missing."""


class LandingFlawError(LandingError):
    """An object in landing is not what its manifest says, or is already there with other content."""

    exit_code = FINAL


class WarehouseError(IngestError):
    """The warehouse is away, or refused the load."""


class WarehouseFlawError(WarehouseError):
    """The dataset's table does not fit its declaration, or rows are unaccounted for."""

    exit_code = FINAL


class OvertakenError(WarehouseError):
    """Another sink has taken the partitions over; what this one was about to write, that one writes."""
