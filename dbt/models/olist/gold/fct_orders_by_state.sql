{{ config(materialized='table') }}

with

orders_by_state as (

    select * from {{ ref('int_orders_by_state') }}

)

select
    customer_state,
    orders,
    delivered_orders,
    lost_orders,
    customers,
    (orders / sum(orders) over ())::numeric(7, 6) as share_of_orders,
    (delivered_orders::numeric / orders)::numeric(7, 6) as share_delivered
from orders_by_state
