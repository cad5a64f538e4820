with

source as (

    select * from {{ source('spacex', 'payloads') }}
    -- What the API no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    payload_id,
    payload_name,
    payload_type,
    launch_id,
    customer,
    nationality,
    manufacturer,
    reused,
    mass_kg,
    orbit,
    regime,
    periapsis_km,
    apoapsis_km,
    inclination_deg,
    lifespan_years,
    mass_returned_kg,
    load_timestamp
from source
