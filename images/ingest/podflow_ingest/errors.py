"""What can go wrong in ingestion. Every message names the dataset or file, and what to do next."""

from podflow_task.errors import TaskError


class IngestError(TaskError):
    """Base of all errors of ingestion."""


class DeclarationError(IngestError):
    """A dataset's declaration (dags/catalog/*.yml) or its connection is not usable."""


class SourceError(IngestError):
    """The source file is missing, unreadable, or not what its declaration says."""


class LandingError(IngestError):
    """An object in landing is missing, incomplete, or not what its manifest says."""


class WarehouseError(IngestError):
    """The warehouse refused the load, or its table does not fit the declaration."""
