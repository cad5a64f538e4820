{{ config(materialized='table') }}

with

rockets as (

    select * from {{ ref('stg_spacex__rockets') }}

),

cleaned as (

    select
        rocket_id,
        trim(rocket_name) as rocket_name,
        active as is_active,
        is_reusable,
        stages,
        boosters,
        engines,
        nullif(trim(concat_ws(' ', initcap(trim(engine_type)), trim(engine_version))), '') as engine,
        cost_usd,
        first_flight as first_flew_on,
        height_m,
        diameter_m,
        mass_kg,
        -- Above one it leaves the ground; 9.80665 m/s2 is standard gravity.
        round(thrust_kn * 1000 / nullif(mass_kg * 9.80665, 0), 3) as thrust_to_weight,
        load_timestamp
    from rockets

)

select * from cleaned
