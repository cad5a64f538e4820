with

source as (

    select * from {{ source('spacex', 'launch_cores') }}

)

select
    launch_id,
    core_number,
    date_utc,
    core_id,
    core_flight,
    reused,
    landing_attempt,
    landing_success,
    landing_type,
    landpad_id,
    load_timestamp
from source
