with

source as (

    select * from {{ source('olist', 'order_items') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    order_id,
    order_item_id,
    product_id,
    seller_id,
    shipping_limit_date,
    price,
    freight_value,
    load_timestamp
from source
