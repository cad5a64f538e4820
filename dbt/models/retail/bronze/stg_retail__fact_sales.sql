with

source as (

    select * from {{ source('retail', 'fact_sales') }}

)

select
    sale_id,
    sale_date,
    sold_at,
    updated_at,
    store,
    customer_id,
    product_id,
    quantity,
    unit_price,
    discount_percent,
    amount,
    payment,
    load_timestamp
from source
