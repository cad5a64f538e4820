"""What differs between environments: dev, where people try things, stage, where a release is proved, and prod."""

from collections.abc import Mapping
from typing import Any, Literal

Environment = Literal["dev", "stage", "prod"]

DEFAULTS: Mapping[str | None, Mapping[str, Any]] = {
    "dev": {
        # Chunks of environments that share a bucket do not meet.
        "landing_folder": "dev",
        # A source that people try things on is not theirs alone, and a mistake shows at once.
        "requests_per_second": 2.0,
        "request_attempts": 2,
        "source_statement_timeout": 300,
        "warehouse_statement_timeout": 300,
        "warehouse_lock_timeout": 60,
    },
    "stage": {
        "landing_folder": "stage",
        "requests_per_second": 5.0,
    },
    "prod": {},
}
"""Defaults by environment, for settings that no variable says. Those of prod are the defaults in Settings."""
