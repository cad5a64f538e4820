with

source as (

    select * from {{ source('retail', 'products') }}

)

select
    snapshot_date,
    product_id,
    sku,
    name,
    category,
    subcategory,
    brand,
    list_price,
    active,
    launched_on,
    updated_at,
    load_timestamp
from source
