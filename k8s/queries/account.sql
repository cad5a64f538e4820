with runs as (
    select run ->> 0 as dag_id, run ->> 1 as run_id
    from json_array_elements(:'runs'::json) as run
)

select json_build_object(
    'read', coalesce(sum(read), 0),
    'inserted', coalesce(sum(inserted), 0),
    'updated', coalesce(sum(updated), 0),
    'rejected', coalesce(sum(rejected), 0),
    'gold', (
        -- How many rows each table has is known to a query of its own alone.
        select coalesce(sum((xpath('//c/text()', query_to_xml(
            format('select count(*) as c from %I.%I', schemaname, tablename), false, true, ''
        )))[1]::text::bigint), 0)
        from pg_tables
        where schemaname = :'gold'
    )
)
from ops.load
join runs using (dag_id, run_id);
