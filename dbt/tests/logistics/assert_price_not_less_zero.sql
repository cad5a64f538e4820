-- No order has a price below zero.
with

facts as (

    select * from {{ ref('fact_orders') }}

)

select * from facts
where price < 0
