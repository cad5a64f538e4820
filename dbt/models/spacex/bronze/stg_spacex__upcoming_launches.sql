with

source as (

    select * from {{ source('spacex', 'upcoming_launches') }}
    -- What the API no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    launch_id,
    flight_number,
    launch_name,
    date_utc,
    date_precision,
    rocket_id,
    launchpad_id,
    load_timestamp
from source
