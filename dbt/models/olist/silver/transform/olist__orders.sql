{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

orders as (

    select * from {{ ref('stg_olist__orders') }}

)

select
    order_id,
    customer_id,
    lower(trim(order_status)) as status,
    order_purchase_timestamp as purchased_at,
    order_approved_at as approved_at,
    order_delivered_carrier_date as handed_over_at,
    order_delivered_customer_date as delivered_at,
    -- Always at midnight: it is the day that the customer was told.
    order_estimated_delivery_date::date as estimated_delivery_on
from orders
