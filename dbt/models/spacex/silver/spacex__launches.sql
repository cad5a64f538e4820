{{ config(materialized='table') }}

with

flown as (

    select * from {{ ref('stg_spacex__launches') }}

),

upcoming as (

    select * from {{ ref('stg_spacex__upcoming_launches') }}

),

-- A launch that flew since the plans were read last is in both.
still_planned as (

    select upcoming.*
    from upcoming
    left join flown
        on upcoming.launch_id = flown.launch_id
    where flown.launch_id is null

),

launches as (

    select
        launch_id,
        flight_number,
        launch_name,
        date_utc,
        date_precision,
        case success when true then 'success' when false then 'failure' else 'unknown' end as outcome,
        failure_reason,
        rocket_id,
        launchpad_id,
        fairings_recovered,
        jsonb_array_length(coalesce(crew, '[]')) as crew_size,
        load_timestamp
    from flown

    union all

    select
        launch_id,
        flight_number,
        launch_name,
        date_utc,
        date_precision,
        'planned' as outcome,
        null as failure_reason,
        rocket_id,
        launchpad_id,
        null as fairings_recovered,
        null as crew_size,
        load_timestamp
    from still_planned

),

cleaned as (

    select
        launch_id,
        flight_number,
        trim(launch_name) as launch_name,
        date_utc as launched_at,
        (date_utc at time zone 'UTC')::date as launched_on,
        lower(date_precision) as date_precision,
        outcome,
        nullif(trim(failure_reason), '') as failure_reason,
        rocket_id,
        launchpad_id,
        fairings_recovered,
        crew_size,
        load_timestamp
    from launches

)

select * from cleaned
