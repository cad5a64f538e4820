with

orders as (

    select * from {{ ref('stg_orders') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

)

select
    customers.state as customer_state,
    count(*) as orders,
    count(*) filter (where orders.is_delivered) as delivered_orders,
    count(*) filter (where not orders.is_sold) as lost_orders,
    count(distinct customers.customer_unique_id) as customers
from orders
inner join customers
    on orders.customer_id = customers.customer_id
group by customers.state
