"""What the DAG files are made of: PodTask, the catalogue of datasets, assets and defaults."""
