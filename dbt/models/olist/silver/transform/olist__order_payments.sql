{{ config(materialized='table') }}

with

payments as (

    select * from {{ ref('stg_olist__order_payments') }}

)

select
    order_id,
    payment_sequential,
    lower(trim(payment_type)) as payment_type,
    payment_installments as installments,
    payment_value as amount
from payments
