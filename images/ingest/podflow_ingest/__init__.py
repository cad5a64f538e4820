"""podflow's ingestion engine: source files to landing, landing to bronze, every row accounted for."""
