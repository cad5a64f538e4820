{{ config(materialized='table') }}

with

cores as (

    select
        *,
        launched_on - lag(launched_on) over (partition by core_id order by launched_on, launch_id) as turnaround_days
    from {{ ref('spacex__launch_cores') }}
    where core_id is not null

)

select
    core_id,
    count(*) as flights,
    count(*) filter (where landing <> 'not tried') as landings_tried,
    count(*) filter (where landing = 'landed') as landings,
    min(launched_on) as first_flew_on,
    max(launched_on) as last_flew_on,
    min(turnaround_days) as fastest_turnaround_days
from cores
group by core_id
