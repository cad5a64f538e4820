#!/bin/sh
# Every bin/kafka-*.sh is a link to this file: it runs the class that belongs to the link's name.
# The names and the environment (KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS) are those of Apache's distribution.
set -eu
home=/opt/kafka
heap=-Xmx256M
archive=tools
case "$(basename "$0" .sh)" in
    kafka-server-start)        class=kafka.Kafka heap="-Xms512M -Xmx512M" archive=server ;;
    kafka-storage)             class=kafka.tools.StorageTool ;;
    kafka-configs)             class=kafka.admin.ConfigCommand ;;
    kafka-topics)              class=org.apache.kafka.tools.TopicCommand ;;
    kafka-acls)                class=org.apache.kafka.tools.AclCommand ;;
    kafka-producer-perf-test)  class=org.apache.kafka.tools.ProducerPerformance ;;
    kafka-consumer-perf-test)  class=org.apache.kafka.tools.ConsumerPerformance ;;
    kafka-console-producer)    class=org.apache.kafka.tools.ConsoleProducer ;;
    kafka-console-consumer)    class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
    kafka-consumer-groups)     class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
    kafka-metadata-quorum)     class=org.apache.kafka.tools.MetadataQuorumCommand ;;
    kafka-get-offsets)         class=org.apache.kafka.tools.GetOffsetShell ;;
    kafka-broker-api-versions) class=org.apache.kafka.tools.BrokerApiVersionsCommand ;;
    kafka-cluster)             class=org.apache.kafka.tools.ClusterTool ;;
    *) echo "$0: not a Kafka command" >&2; exit 2 ;;
esac
share=
if [ -f "$home/cds/$archive.jsa" ]; then share="-XX:SharedArchiveFile=$home/cds/$archive.jsa"; fi
# shellcheck disable=SC2086  # the options are lists of words
exec /opt/java/bin/java ${KAFKA_HEAP_OPTS:-$heap} $share \
    -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
    ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/$archive-log4j2.properties} \
    ${KAFKA_OPTS:-} -cp "$(cat "$home/cds/class-path")" "$class" "$@"
