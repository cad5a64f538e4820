-- Lines whose amount is another one, by more than how halves of a cent are rounded.
with

sales as (

    select * from {{ ref('retail__fact_sales') }}

)

select * from sales
where abs(amount - gross_amount * (100 - discount_percent) / 100) > 0.005
