{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

sellers as (

    select * from {{ ref('stg_olist__sellers') }}

)

select
    seller_id,
    seller_zip_code_prefix as zip_code_prefix,
    lower(trim(seller_city)) as city,
    upper(trim(seller_state)) as state
from sellers
