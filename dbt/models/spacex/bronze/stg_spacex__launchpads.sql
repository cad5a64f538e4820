with

source as (

    select * from {{ source('spacex', 'launchpads') }}
    -- What the API no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    launchpad_id,
    launchpad_name,
    full_name,
    locality,
    region,
    timezone,
    latitude,
    longitude,
    status,
    launch_attempts,
    launch_successes,
    load_timestamp
from source
