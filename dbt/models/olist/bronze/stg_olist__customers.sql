with

source as (

    select * from {{ source('olist', 'customers') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    customer_id,
    customer_unique_id,
    customer_zip_code_prefix,
    customer_city,
    customer_state,
    load_timestamp
from source
