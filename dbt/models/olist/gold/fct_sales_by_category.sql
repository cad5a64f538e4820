{{ config(materialized='table') }}

with

sales_by_category as (

    select * from {{ ref('int_sales_by_category') }}

)

select
    category,
    orders,
    items,
    sales::numeric(14, 2) as sales,
    freight::numeric(14, 2) as freight,
    (sales / items)::numeric(12, 2) as average_price,
    (sales / nullif(sum(sales) over (), 0))::numeric(7, 6) as share_of_sales,
    rank() over (order by sales desc) as sales_rank
from sales_by_category
