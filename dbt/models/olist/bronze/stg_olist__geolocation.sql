with

source as (

    select * from {{ source('olist', 'geolocation') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    geolocation_zip_code_prefix,
    geolocation_lat,
    geolocation_lng,
    geolocation_city,
    geolocation_state,
    load_timestamp
from source
