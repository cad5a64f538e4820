with

source as (

    select * from {{ source('spacex', 'launches') }}

)

select
    launch_id,
    flight_number,
    launch_name,
    date_utc,
    date_precision,
    static_fire_at,
    window_seconds,
    success,
    failure_seconds,
    failure_reason,
    rocket_id,
    launchpad_id,
    fairings_recovered,
    crew,
    details,
    webcast_url,
    load_timestamp
from source
