{{ config(materialized='table') }}

with

products as (

    select * from {{ ref('retail__products') }}

)

select
    {{ surrogate_key(['product_id']) }} as product_key,
    product_id,
    sku,
    product_name,
    category,
    subcategory,
    brand,
    list_price::numeric(10, 2) as list_price,
    is_sold,
    launched_on
from products
