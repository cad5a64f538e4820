-- The sales of each order are quantity times price.
with

facts as (

    select * from {{ ref('fact_orders') }}

)

select * from facts
where sales is distinct from quantity * price
