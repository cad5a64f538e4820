#!/bin/sh
# Runs the server and a few tools once and archives the classes they loaded, so that the JVM maps instead of parses them.
# The class path is explicit and sorted because an archive is valid for exactly the class path it was made with.
set -eu
home=/opt/kafka
mkdir -p "$home/cds"
find "$home/libs" -name '*.jar' | LC_ALL=C sort | paste -sd: - > "$home/cds/class-path"

cat > /tmp/server.properties <<'PROPERTIES'
process.roles=broker,controller
node.id=1
listeners=CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:9093
offsets.topic.replication.factor=1
log.dirs=/tmp/training
PROPERTIES

# The archive does not exist yet: the JVM only warns about that and goes on.
"$home/bin/kafka-storage.sh" format --standalone --cluster-id "$("$home/bin/kafka-storage.sh" random-uuid)" --config /tmp/server.properties
KAFKA_OPTS="-XX:ArchiveClassesAtExit=$home/cds/server.jsa" "$home/bin/kafka-server-start.sh" /tmp/server.properties > /tmp/server.log 2>&1 &
server=$!
broker="--bootstrap-server 127.0.0.1:9092"
attempts=60
# shellcheck disable=SC2086  # two words
until "$home/bin/kafka-topics.sh" $broker --create --topic training --partitions 3; do
    attempts=$((attempts - 1))
    [ "$attempts" -gt 0 ] || { cat /tmp/server.log >&2; exit 1; }
    sleep 1
done
"$home/bin/kafka-producer-perf-test.sh" --topic training --num-records 1000 --record-size 100 --throughput -1 \
    --producer-props bootstrap.servers=127.0.0.1:9092
# shellcheck disable=SC2086
KAFKA_OPTS="-XX:ArchiveClassesAtExit=$home/cds/tools.jsa" "$home/bin/kafka-topics.sh" $broker --describe
kill "$server"
wait "$server" || [ $? -eq 143 ]
test -s "$home/cds/server.jsa" && test -s "$home/cds/tools.jsa"
