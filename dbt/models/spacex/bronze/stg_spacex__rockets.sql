with

source as (

    select * from {{ source('spacex', 'rockets') }}
    -- What the API no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    rocket_id,
    rocket_name,
    active,
    stages,
    boosters,
    cost_usd,
    first_flight,
    country,
    company,
    height_m,
    diameter_m,
    mass_kg,
    engines,
    engine_type,
    engine_version,
    is_reusable,
    thrust_kn,
    load_timestamp
from source
