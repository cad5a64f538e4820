with

source as (

    select * from {{ source('logistics', 'erp_cust_az12') }}
    -- What an export no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    cid,
    bdate,
    gen,
    load_timestamp
from source
