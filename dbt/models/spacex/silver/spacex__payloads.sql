{{ config(materialized='table') }}

with

payloads as (

    select * from {{ ref('stg_spacex__payloads') }}

),

cleaned as (

    select
        payload_id,
        launch_id,
        trim(payload_name) as payload_name,
        coalesce(nullif(trim(payload_type), ''), 'unknown') as payload_type,
        nullif(trim(customer), '') as customer,
        nullif(trim(nationality), '') as nationality,
        nullif(trim(manufacturer), '') as manufacturer,
        -- Some payloads are told to weigh nothing, which means that nobody says.
        case when mass_kg > 0 then mass_kg end as mass_kg,
        coalesce(nullif(upper(trim(orbit)), ''), 'UNKNOWN') as orbit,
        regime,
        periapsis_km,
        apoapsis_km,
        inclination_deg,
        mass_returned_kg,
        load_timestamp
    from payloads

)

select * from cleaned
