with

source as (

    select * from {{ source('logistics', 'erp_loc_a101') }}
    -- What an export no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    cid,
    cntry,
    load_timestamp
from source
