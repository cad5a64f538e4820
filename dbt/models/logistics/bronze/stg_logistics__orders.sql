with

source as (

    select * from {{ source('logistics', 'orders') }}

)

select
    schema_version,
    order_id,
    order_date,
    ship_date,
    due_date,
    ordered_at,
    customer_key,
    product_key,
    quantity,
    price,
    sales,
    recipient,
    street,
    city,
    postcode,
    _topic,
    _generation,
    _partition,
    _offset,
    _key,
    _timestamp,
    load_timestamp
from source
