"""What can go wrong in a dbt run. Every message names the node, file or variable, and what to do next."""

from typing import ClassVar

from podflow_task.errors import FINAL, TaskError


class DbtError(TaskError):
    """Base of all errors of a dbt run."""


class ProjectError(DbtError):
    """dbt could not start: the project, the profile or the selection is not usable."""


class NodesFailedError(DbtError):
    """Models or tests failed; the message names each with dbt's reason."""


class ChecksFailedError(NodesFailedError):
    """Checks found rows that must not be, and all else was built: it needs other data, not another try."""

    exit_code: ClassVar[int] = FINAL


class StaleError(DbtError):
    """A source's newest row is too old; the message names the source and the age."""


class WarehouseError(DbtError):
    """The warehouse cannot be reached, or refuses the login."""


class ArtifactError(DbtError):
    """The run's artifacts or the documentation could not be stored."""


class DocsError(DbtError):
    """The documentation could not be generated, or cannot be read."""
