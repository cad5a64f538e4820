with

source as (

    select * from {{ source('logistics', 'crm_prd_info') }}
    -- What an export no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    prd_id,
    prd_key,
    prd_nm,
    prd_cost,
    prd_line,
    prd_start_dt,
    prd_end_dt,
    load_timestamp
from source
