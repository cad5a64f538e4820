"""Who may hold the lock for which a load waited too long."""

import psycopg

from podflow_ingest.bronze import merge, names
from podflow_ingest.declaration.dataset import Dataset

_MOST = 3
"""Sessions named at most: those with the strongest locks."""
# Whoever changes a row holds the weakest lock that counts here. The server shows the role and the application of every
# session to everybody, but not what it runs. Its own workers have no role: autovacuum makes way by itself.
_HOLDERS = """
SELECT pid, usename, application_name
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE granted AND usename IS NOT NULL AND pid <> pg_backend_pid() AND mode <> 'AccessShareLock' AND database = (
    SELECT oid FROM pg_database WHERE datname = current_database()
) AND (
    relation IN (to_regclass(%(table)s), to_regclass('ops.load'), to_regclass('ops.quarantine'))
    OR locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%(lock)s, 0)
)
GROUP BY pid, usename, application_name
ORDER BY bool_or(mode ~ 'Exclusive|^ShareLock' AND mode <> 'RowExclusiveLock') DESC, pid
LIMIT %(most)s
"""


def describe(connection: psycopg.Connection, dataset: Dataset) -> str:
    """Return which sessions hold locks on what a load of the dataset writes, in words."""
    parameters = {
        "table": names.table(dataset).as_string(connection),
        "lock": merge.lock_name(dataset),
        "most": _MOST,
    }
    found = connection.execute(_HOLDERS, parameters).fetchall()
    sessions = [f"session {pid} of {role} ({application or 'without a name'})" for pid, role, application in found]
    return f"may be held by {', '.join(sessions)}" if sessions else "by now nobody holds it any more"
