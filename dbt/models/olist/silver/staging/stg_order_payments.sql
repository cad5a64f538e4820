with

payments as (

    select * from {{ ref('olist__order_payments') }}

)

select
    order_id,
    payment_sequential,
    payment_type,
    installments,
    amount
from payments
