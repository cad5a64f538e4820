{{ config(materialized='table') }}

with

launchpads as (

    select * from {{ ref('stg_spacex__launchpads') }}

),

cleaned as (

    select
        launchpad_id,
        trim(launchpad_name) as launchpad_name,
        trim(full_name) as full_name,
        trim(locality) as locality,
        trim(region) as region,
        timezone,
        latitude,
        longitude,
        coalesce(nullif(lower(trim(status)), ''), 'unknown') as status,
        load_timestamp
    from launchpads

)

select * from cleaned
