with

source as (

    select * from {{ source('forex', 'customer_transactions') }}

)

select
    transaction_id,
    customer_id,
    customer_segment,
    base_currency,
    quote_currency,
    side,
    base_amount,
    rate,
    fee,
    channel,
    status,
    comment,
    executed_at,
    updated_at,
    load_timestamp
from source
