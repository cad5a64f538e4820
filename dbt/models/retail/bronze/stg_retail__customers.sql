with

source as (

    select * from {{ source('retail', 'customers') }}

)

select
    snapshot_date,
    customer_id,
    first_name,
    last_name,
    email,
    street,
    postal_code,
    city,
    country,
    loyalty_tier,
    created_on,
    updated_at,
    load_timestamp
from source
