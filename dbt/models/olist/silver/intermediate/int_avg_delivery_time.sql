with

orders as (

    select * from {{ ref('stg_orders') }}
    where is_delivered

),

customers as (

    select * from {{ ref('stg_customers') }}

),

timed as (

    select
        orders.order_id,
        customers.state as customer_state,
        orders.purchased_at,
        orders.delivered_at,
        extract(epoch from orders.delivered_at - orders.purchased_at) as delivery_seconds,
        orders.delivered_at::date > orders.estimated_delivery_on as is_late
    from orders
    inner join customers
        on orders.customer_id = customers.customer_id

),

-- The average of seconds: one of rounded days would be off.
averaged as (

    select
        *,
        avg(delivery_seconds) over () as avg_delivery_seconds
    from timed

)

select
    order_id,
    customer_state,
    purchased_at,
    delivered_at,
    is_late,
    delivery_seconds,
    round(delivery_seconds / 60, 2) as delivery_minutes,
    round(delivery_seconds / 3600, 2) as delivery_hours,
    round(delivery_seconds / 86400, 2) as delivery_days,
    round(avg_delivery_seconds / 60, 2) as avg_delivery_minutes,
    round(avg_delivery_seconds / 3600, 2) as avg_delivery_hours,
    round(avg_delivery_seconds / 86400, 2) as avg_delivery_days
from averaged
