with

items as (

    select * from {{ ref('olist__order_items') }}

)

select
    order_id,
    order_item_id,
    product_id,
    seller_id,
    ship_by,
    price,
    freight,
    price + freight as total
from items
