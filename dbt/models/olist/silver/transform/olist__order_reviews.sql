{{ config(materialized='table') }}

with

reviews as (

    select * from {{ ref('stg_olist__order_reviews') }}

)

select
    review_id,
    order_id
from reviews
