{{ config(materialized='table') }}

with

versions as (

    select * from {{ ref('retail__customer_history') }}

)

select
    {{ surrogate_key(['customer_id', 'valid_from']) }} as customer_key,
    customer_id,
    first_name,
    last_name,
    email,
    street,
    postal_code,
    city,
    country,
    loyalty_tier,
    created_on,
    valid_from,
    valid_to,
    is_current
from versions
