{{ config(materialized='table') }}

with

deliveries as (

    select * from {{ ref('int_avg_delivery_time') }}

),

by_state as (

    select
        customer_state,
        count(*) as delivered_orders,
        count(*) filter (where is_late) as late_orders,
        avg(delivery_seconds) as avg_delivery_seconds,
        -- The same in each row.
        max(avg_delivery_days) as avg_delivery_days_overall
    from deliveries
    group by customer_state

)

select
    customer_state,
    delivered_orders,
    late_orders,
    (avg_delivery_seconds / 60)::numeric(12, 2) as avg_delivery_minutes,
    (avg_delivery_seconds / 3600)::numeric(10, 2) as avg_delivery_hours,
    (avg_delivery_seconds / 86400)::numeric(8, 2) as avg_delivery_days,
    avg_delivery_days_overall::numeric(8, 2) as avg_delivery_days_overall
from by_state
