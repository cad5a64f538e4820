with

source as (

    select * from {{ source('olist', 'products') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    product_id,
    product_category_name,
    product_name_lenght,
    product_description_lenght,
    product_photos_qty,
    product_weight_g,
    product_length_cm,
    product_height_cm,
    product_width_cm,
    load_timestamp
from source
