{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('stg_orders') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

items as (

    select
        order_id,
        count(*) as items,
        count(distinct seller_id) as sellers,
        sum(price) as sales,
        sum(freight) as freight
    from {{ ref('stg_order_items') }}
    group by order_id

),

payments as (

    select
        order_id,
        sum(amount) as paid
    from {{ ref('stg_order_payments') }}
    group by order_id

),

-- Of several reviews of an order, what the customer said last.
reviews as (

    select distinct on (order_id)
        order_id,
        score
    from {{ ref('stg_order_reviews') }}
    order by order_id asc, answered_at desc, review_id asc

),

deliveries as (

    select * from {{ ref('int_avg_delivery_time') }}

)

select
    orders.order_id,
    customers.customer_unique_id,
    customers.state as customer_state,
    orders.status,
    orders.purchased_at,
    orders.purchased_on,
    coalesce(items.items, 0) as items,
    coalesce(items.sellers, 0) as sellers,
    coalesce(items.sales, 0)::numeric(14, 2) as sales,
    coalesce(items.freight, 0)::numeric(14, 2) as freight,
    coalesce(payments.paid, 0)::numeric(14, 2) as paid,
    reviews.score as review_score,
    deliveries.delivery_days::numeric(8, 2) as delivery_days,
    deliveries.is_late
from orders
inner join customers
    on orders.customer_id = customers.customer_id
left join items
    on orders.order_id = items.order_id
left join payments
    on orders.order_id = payments.order_id
left join reviews
    on orders.order_id = reviews.order_id
left join deliveries
    on orders.order_id = deliveries.order_id
