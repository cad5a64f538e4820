#!/bin/bash
# Starts one KRaft node: gives the shared configuration its own identity, formats an empty volume, then becomes the server.
# Uses only upstream's own scripts, so that any Apache Kafka 4 image will do.
set -euo pipefail

address=$HOSTNAME.$KAFKA_DOMAIN
configuration=/tmp/server.properties

cp /etc/podflow/kafka/server.properties "$configuration"
cat >> "$configuration" <<END
node.id=${HOSTNAME##*-}
advertised.listeners=CLIENT://$address:9092,CONTROLLER://$address:9093,NODES://$address:9094
END

if [ ! -s "$KAFKA_DATA/meta.properties" ]; then
  # lost+found and the like on a fresh volume are no log directories: the data has a folder of its own.
  mkdir -p "$KAFKA_DATA"
  /opt/kafka/bin/kafka-storage.sh format --config "$configuration" \
    --cluster-id "$KAFKA_CLUSTER_ID" --initial-controllers "$KAFKA_CONTROLLERS"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$configuration"
