{{ config(materialized='table') }}

with

launches as (

    select
        *,
        date_trunc('month', launched_on)::date as launch_month
    from {{ ref('spacex__launches') }}

),

flown as (

    select
        launch_month,
        extract(epoch from launched_at - lag(launched_at) over by_time) / 86400 as days_since_last
    from launches
    where outcome <> 'planned'
    window by_time as (order by launched_at, launch_id)

),

flown_by_month as (

    select
        launch_month,
        count(*) as flown,
        avg(days_since_last) as days_between
    from flown
    group by launch_month

),

planned_by_month as (

    select
        launch_month,
        count(*) as planned
    from launches
    where outcome = 'planned'
    group by launch_month

),

bounds as (

    select
        min(launch_month) as first_month,
        max(launch_month) as last_month
    from launches

),

-- Months without a launch too: a window of twelve rows is a year only then.
months as (

    select generate_series(first_month, last_month, interval '1 month')::date as launch_month
    from bounds

)

select
    months.launch_month,
    coalesce(flown_by_month.flown, 0) as flown,
    coalesce(planned_by_month.planned, 0) as planned,
    sum(coalesce(flown_by_month.flown, 0))
        over (order by months.launch_month rows between 11 preceding and current row)::bigint
        as flown_in_twelve_months,
    round(flown_by_month.days_between, 2)::numeric(8, 2) as days_between
from months
left join flown_by_month
    on months.launch_month = flown_by_month.launch_month
left join planned_by_month
    on months.launch_month = planned_by_month.launch_month
