with

customers as (

    select * from {{ ref('olist__customers') }}

),

zip_codes as (

    select * from {{ ref('olist__zip_codes') }}

)

select
    customers.customer_id,
    customers.customer_unique_id,
    customers.zip_code_prefix,
    customers.city,
    customers.state,
    zip_codes.latitude,
    zip_codes.longitude
from customers
inner join zip_codes
    on customers.zip_code_prefix = zip_codes.zip_code_prefix
