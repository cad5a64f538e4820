with

source as (

    select * from {{ source('olist', 'sellers') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    seller_id,
    seller_zip_code_prefix,
    seller_city,
    seller_state,
    load_timestamp
from source
