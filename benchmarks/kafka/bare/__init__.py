"""Clients with nothing around them; in the producer's image this folder is all of the benchmark that there is."""

LINGER_MILLISECONDS = 20
BATCH_BYTES = 256 * 1024
