-- Nothing is shipped before it was ordered.
with

facts as (

    select * from {{ ref('fact_orders') }}

)

select * from facts
where ship_date < order_date
