with

source as (

    select * from {{ source('logistics', 'erp_px_cat_g1v2') }}
    -- What an export no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    id,
    cat,
    subcat,
    maintenance,
    load_timestamp
from source
