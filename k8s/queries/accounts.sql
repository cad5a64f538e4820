select
    coalesce(regexp_replace(chunk, '.*/', ''), 'all chunks') as chunk,
    sum(read) as read,
    sum(inserted) as inserted,
    sum(updated) as updated,
    sum(unchanged) as unchanged,
    sum(duplicate) as duplicate,
    sum(rejected) as rejected
from ops.load
where run_id = :'run_id'
group by rollup (chunk)
order by load.chunk nulls last;
