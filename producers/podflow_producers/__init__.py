"""Producers of made-up events for Kafka topics: one module an event type, one a client."""
