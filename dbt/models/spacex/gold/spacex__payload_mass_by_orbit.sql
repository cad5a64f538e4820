{{ config(materialized='table') }}

with

payloads as (

    select * from {{ ref('spacex__payloads') }}

),

launches as (

    select * from {{ ref('spacex__launches') }}
    where outcome = 'success'

),

launchpads as (

    select * from {{ ref('spacex__launchpads') }}

),

summed as (

    select
        launches.launchpad_id,
        payloads.orbit,
        count(distinct launches.launch_id) as launches,
        count(*) as payloads,
        count(*) filter (where payloads.mass_kg is null) as payloads_of_unknown_mass,
        coalesce(sum(payloads.mass_kg), 0) as mass_kg,
        max(payloads.mass_kg) as heaviest_kg
    from payloads
    inner join launches
        on payloads.launch_id = launches.launch_id
    group by launches.launchpad_id, payloads.orbit

)

select
    summed.launchpad_id,
    launchpads.launchpad_name,
    summed.orbit,
    summed.launches,
    summed.payloads,
    summed.payloads_of_unknown_mass,
    summed.mass_kg::numeric(14, 2) as mass_kg,
    summed.heaviest_kg::numeric(12, 2) as heaviest_kg
from summed
inner join launchpads
    on summed.launchpad_id = launchpads.launchpad_id
