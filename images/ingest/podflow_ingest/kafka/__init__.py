"""From a topic of Kafka to bronze: messages, their offsets and what was wrong with them, in one transaction."""
