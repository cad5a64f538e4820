"""The assets that tasks emit and schedules wait for: one a bronze table, one a source and layer that dbt builds."""

from airflow.sdk import Asset


def bronze(source: str, dataset: str) -> Asset:
    """Return the asset of a table in bronze, as in bronze_forex.customer_transactions."""
    return _asset(f"bronze_{source}", dataset)


def silver(source: str) -> Asset:
    """Return the asset of all tables that dbt builds for a source in silver, as in silver_logistics."""
    return _asset(f"silver_{source}")


def gold(source: str) -> Asset:
    """Return the asset of all tables that dbt builds for a source in gold, as in gold_forex."""
    return _asset(f"gold_{source}")


def _asset(*path: str) -> Asset:
    # Schemes that begin with x- belong to nobody: Airflow leaves the URI as it is.
    return Asset(name=".".join(path), uri=f"x-podflow://warehouse/{'/'.join(path)}")
