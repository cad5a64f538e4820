#!/bin/sh
# Runs the server and a few tools once and archives the classes they loaded, so that the JVM maps instead of parses them.
# The class path is explicit and sorted because an archive is valid for exactly the class path it was made with.
set -eu
home=/opt/kafka
mkdir -p "$home/cds"
find "$home/libs" -name '*.jar' | LC_ALL=C sort | paste -sd: - > "$home/cds/class-path"

# Builds may share the host's network with other servers: two ports that nobody listens on.
free_port() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
broker=127.0.0.1:$(free_port)
controller=127.0.0.1:$(free_port)

cat > /tmp/server.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
listeners=CLIENT://$broker,CONTROLLER://$controller
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=$controller
offsets.topic.replication.factor=1
log.dirs=/tmp/training
PROPERTIES

"$home/bin/kafka-storage.sh" format --standalone --config /tmp/server.properties \
    --cluster-id "$("$home/bin/kafka-storage.sh" random-uuid)"
KAFKA_OPTS="-XX:ArchiveClassesAtExit=$home/cds/server.jsa" \
    "$home/bin/kafka-server-start.sh" /tmp/server.properties > /tmp/server.log 2>&1 &
server=$!
until grep -q 'Kafka Server started' /tmp/server.log; do
    kill -0 "$server" || { cat /tmp/server.log >&2; exit 1; }
    sleep 0.2
done
"$home/bin/kafka-topics.sh" --bootstrap-server "$broker" --create --topic training --partitions 3
"$home/bin/kafka-producer-perf-test.sh" --topic training --num-records 1000 --record-size 100 --throughput -1 \
    --producer-props "bootstrap.servers=$broker"
KAFKA_OPTS="-XX:ArchiveClassesAtExit=$home/cds/tools.jsa" \
    "$home/bin/kafka-topics.sh" --bootstrap-server "$broker" --describe
kill "$server"
wait "$server" || [ $? -eq 143 ]
test -s "$home/cds/server.jsa" && test -s "$home/cds/tools.jsa"
