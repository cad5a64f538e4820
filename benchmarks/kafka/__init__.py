"""What a producer's pod sends a second, beside what its clients and Kafka's own tool can send at all."""
