"""From raw pages of nested JSON to typed columns (Parquet) in landing's stage layer."""
