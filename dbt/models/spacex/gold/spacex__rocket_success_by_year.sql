{{ config(materialized='table') }}

with

launches as (

    select * from {{ ref('spacex__launches') }}
    where outcome <> 'planned'

),

rockets as (

    select * from {{ ref('spacex__rockets') }}

),

counted as (

    select
        rocket_id,
        extract(year from launched_on)::integer as launch_year,
        count(*) as launches,
        count(*) filter (where outcome = 'success') as successes,
        count(*) filter (where outcome = 'failure') as failures
    from launches
    group by rocket_id, extract(year from launched_on)

),

summed as (

    select
        *,
        sum(launches) over to_date as launches_to_date,
        sum(successes) over to_date as successes_to_date,
        sum(failures) over to_date as failures_to_date
    from counted
    window to_date as (partition by rocket_id order by launch_year)

)

select
    summed.rocket_id,
    rockets.rocket_name,
    summed.launch_year,
    summed.launches,
    summed.successes,
    summed.failures,
    round(summed.successes::numeric / nullif(summed.successes + summed.failures, 0), 4)::numeric(5, 4) as success_rate,
    summed.launches_to_date::bigint as launches_to_date,
    round(summed.successes_to_date / nullif(summed.successes_to_date + summed.failures_to_date, 0), 4)::numeric(5, 4)
        as success_rate_to_date
from summed
inner join rockets
    on summed.rocket_id = rockets.rocket_id
