-- The databases and roles of podflow, brought to what this file says each time the server starts.
-- Runs as a superuser through psql; may run any number of times. Passwords come from the environment
-- (AIRFLOW_PASSWORD, ...) or as psql variables (-v airflow_password=...).
--
--   role     may
--   airflow  own database airflow, nothing else
--   ingest   create schemas in warehouse (bronze_*, ops) and own them
--   dbt      read what ingest makes, create schemas in warehouse (silver_*, gold_*, ...) and own them
--   reader   read everything in warehouse
--   olist    own database olist, which plays a source system; only where there is a password for it
\set ON_ERROR_STOP on
\set QUIET on
\getenv airflow_password AIRFLOW_PASSWORD
\getenv ingest_password INGEST_PASSWORD
\getenv dbt_password DBT_PASSWORD
\getenv reader_password READER_PASSWORD
\getenv olist_password OLIST_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['airflow', 'ingest', 'dbt', 'reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

SET password_encryption = 'scram-sha-256';
ALTER ROLE airflow WITH PASSWORD :'airflow_password';
ALTER ROLE ingest WITH PASSWORD :'ingest_password';
ALTER ROLE dbt WITH PASSWORD :'dbt_password';
ALTER ROLE reader WITH PASSWORD :'reader_password';

SELECT 'CREATE DATABASE airflow OWNER airflow'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'airflow')
\gexec
SELECT 'CREATE DATABASE warehouse'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'warehouse')
\gexec

\if :{?olist_password}
SELECT 'CREATE ROLE olist LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'olist')
\gexec
ALTER ROLE olist WITH PASSWORD :'olist_password';
SELECT 'CREATE DATABASE olist OWNER olist'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'olist')
\gexec
REVOKE ALL ON DATABASE olist FROM PUBLIC;
\endif

REVOKE ALL ON DATABASE airflow, warehouse, postgres FROM PUBLIC;
GRANT CONNECT, TEMPORARY, CREATE ON DATABASE warehouse TO ingest, dbt;
GRANT CONNECT ON DATABASE warehouse TO reader;

\connect warehouse
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest GRANT USAGE ON SCHEMAS TO dbt, reader;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest GRANT SELECT ON TABLES TO dbt, reader;
ALTER DEFAULT PRIVILEGES FOR ROLE dbt GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE dbt GRANT SELECT ON TABLES TO reader;
