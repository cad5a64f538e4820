with

orders as (

    select * from {{ ref('olist__orders') }}

)

select
    order_id,
    customer_id,
    status,
    purchased_at,
    purchased_at::date as purchased_on,
    approved_at,
    handed_over_at,
    delivered_at,
    estimated_delivery_on,
    -- A few canceled orders came all the same, and of a few delivered ones nobody wrote down when.
    status = 'delivered' and delivered_at is not null as is_delivered,
    status not in ('canceled', 'unavailable') as is_sold
from orders
