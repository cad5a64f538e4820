with

source as (

    select * from {{ source('olist', 'product_category_name_translation') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    product_category_name,
    product_category_name_english,
    load_timestamp
from source
