{{ config(materialized='table') }}

with

cores as (

    select * from {{ ref('stg_spacex__launch_cores') }}

),

cleaned as (

    select
        launch_id,
        core_number,
        core_id,
        core_flight,
        (date_utc at time zone 'UTC')::date as launched_on,
        reused,
        case
            when landing_attempt is not true then 'not tried'
            when landing_success then 'landed'
            when not landing_success then 'lost'
            else 'unknown'
        end as landing,
        case upper(trim(landing_type))
            when 'ASDS' then 'ship'
            when 'RTLS' then 'launch site'
            when 'OCEAN' then 'ocean'
        end as landed_at,
        load_timestamp
    from cores

)

select * from cleaned
