"""Schema ops: the ledger, quarantine, deliveries of datasets in mode full, offsets of topics. Made on first use."""

import psycopg

_CREATE = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.load (
    load_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset text NOT NULL,
    chunk text NOT NULL,
    sha256 text NOT NULL,
    dag_id text NOT NULL,
    run_id text NOT NULL,
    task_id text NOT NULL,
    map_index integer NOT NULL,
    try_number integer NOT NULL,
    pod text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    read bigint CHECK (read >= 0),
    inserted bigint CHECK (inserted >= 0),
    updated bigint CHECK (updated >= 0),
    unchanged bigint CHECK (unchanged >= 0),
    duplicate bigint CHECK (duplicate >= 0),
    rejected bigint CHECK (rejected >= 0),
    CONSTRAINT every_row_is_accounted_for
        CHECK (read = inserted + updated + unchanged + duplicate + rejected)
);
COMMENT ON TABLE ops.load IS 'Ledger: one row for each load of a chunk into bronze, with where its rows went';
COMMENT ON COLUMN ops.load.unchanged IS 'Rows that the table had already, or has in a newer version';
ALTER TABLE ops.load
    ADD COLUMN IF NOT EXISTS delivered_at timestamptz,
    ADD COLUMN IF NOT EXISTS table_gone_at timestamptz,
    ADD COLUMN IF NOT EXISTS lowest text,
    ADD COLUMN IF NOT EXISTS highest text,
    ADD COLUMN IF NOT EXISTS declaration text;
COMMENT ON COLUMN ops.load.delivered_at IS 'The delivery that the chunk was part of, in mode full';
COMMENT ON COLUMN ops.load.table_gone_at IS 'When the table was made anew, without the rows of this load';
COMMENT ON COLUMN ops.load.lowest IS 'Lowest value of the key''s first column among the rows; NULL: not known';
COMMENT ON COLUMN ops.load.highest IS 'Highest value of the key''s first column among the rows';
COMMENT ON COLUMN ops.load.declaration IS 'Digest of what the dataset''s declaration said of its rows';
CREATE INDEX IF NOT EXISTS load_dataset_sha256 ON ops.load (dataset, sha256);

CREATE TABLE IF NOT EXISTS ops.quarantine (
    load_id bigint NOT NULL,
    dataset text NOT NULL,
    chunk text NOT NULL,
    line bigint NOT NULL,
    raw text NOT NULL,
    reason text NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, chunk, line)
);
COMMENT ON TABLE ops.quarantine IS 'Rows that bronze could not take';
COMMENT ON COLUMN ops.quarantine.line IS 'Physical line of the source file on which the row begins';
ALTER TABLE ops.quarantine ADD COLUMN IF NOT EXISTS resubmitted_by bigint;
COMMENT ON COLUMN ops.quarantine.resubmitted_by IS 'The load of the chunk in which the row came back, repaired';

CREATE TABLE IF NOT EXISTS ops.delivery (
    dataset text NOT NULL,
    delivered_at timestamptz NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    vanished bigint,
    PRIMARY KEY (dataset, delivered_at)
);
COMMENT ON TABLE ops.delivery IS 'Deliveries of datasets in mode full: closed once all chunks are loaded';
COMMENT ON COLUMN ops.delivery.delivered_at IS 'When extract had all of it in landing';
COMMENT ON COLUMN ops.delivery.vanished IS
    'Rows marked _deleted_at because it has them no more; NULL: it had rejected rows whose key nobody can read';

CREATE SEQUENCE IF NOT EXISTS ops.kafka_epoch;
CREATE TABLE IF NOT EXISTS ops.kafka_offset (
    dataset text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    topic_id text NOT NULL,
    generation smallint NOT NULL,
    next_offset bigint NOT NULL,
    epoch bigint NOT NULL DEFAULT nextval('ops.kafka_epoch'),
    sink text NOT NULL,
    session integer NOT NULL,
    session_began timestamptz NOT NULL,
    load_id bigint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, topic, partition)
);
COMMENT ON TABLE ops.kafka_offset IS 'How far each partition of a topic is in bronze; changed with the rows themselves';
COMMENT ON COLUMN ops.kafka_offset.topic_id IS 'Kafka''s id of the topic: one made anew under its name has another';
COMMENT ON COLUMN ops.kafka_offset.generation IS 'Which topic of that name it is, from 1; _generation of its rows';
COMMENT ON COLUMN ops.kafka_offset.next_offset IS 'The first message that is not in bronze yet';
COMMENT ON COLUMN ops.kafka_offset.epoch IS 'Another one with each sink that takes over: earlier ones cannot write';
COMMENT ON COLUMN ops.kafka_offset.session IS 'The server process of that sink''s session, which its successor may end';
"""
# What came last stands for the whole of it; an older installation lacks it, and gets what it lacks.
_COMPLETE = """
SELECT to_regclass('ops.kafka_offset') IS NOT NULL
"""


def ensure(connection: psycopg.Connection) -> None:
    """Make what is absent. Pods of one run start together: one creates, the others then find it done."""
    if complete(connection):
        return
    with connection.transaction():
        lock_definitions(connection)
        connection.execute(_CREATE)


def complete(connection: psycopg.Connection) -> bool:
    """Say whether the tables are there; before the first load they are not."""
    return connection.execute(_COMPLETE).fetchone() == (True,)


def lock_definitions(connection: psycopg.Connection) -> None:
    """Wait until no other transaction makes or alters tables for podflow; held until the end of this one."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('podflow ddl', 0))")
    # An advisory lock does not bring news of what others created, as the lock of a relation does: without, the server
    # goes by its cache, where the schema may be missing.
    connection.execute("SELECT FROM pg_catalog.pg_class LIMIT 0")
