with

source as (

    select * from {{ source('olist', 'orders') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    order_id,
    customer_id,
    order_status,
    order_purchase_timestamp,
    order_approved_at,
    order_delivered_carrier_date,
    order_delivered_customer_date,
    order_estimated_delivery_date,
    load_timestamp
from source
