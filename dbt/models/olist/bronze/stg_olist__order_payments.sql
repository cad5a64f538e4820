with

source as (

    select * from {{ source('olist', 'order_payments') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    order_id,
    payment_sequential,
    payment_type,
    payment_installments,
    payment_value,
    load_timestamp
from source
