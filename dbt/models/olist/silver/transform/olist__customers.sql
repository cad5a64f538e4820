{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

customers as (

    select * from {{ ref('stg_olist__customers') }}

)

select
    customer_id,
    customer_unique_id,
    customer_zip_code_prefix as zip_code_prefix,
    lower(trim(customer_city)) as city,
    upper(trim(customer_state)) as state
from customers
