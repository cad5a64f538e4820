-- One row for a table of gold that has other sums than silver.
with

sales as (

    select * from {{ ref('retail__fact_sales') }}

),

facts as (

    select * from {{ ref('fact_sales') }}

),

aggregate as (

    select * from {{ ref('fact_sales_aggregate') }}

),

expected as (

    select
        count(*) as sale_lines,
        coalesce(sum(amount), 0) as amount
    from sales

),

found as (

    select
        'fact_sales' as gold_table,
        count(*) as sale_lines,
        coalesce(sum(amount), 0) as amount
    from facts

    union all

    select
        'fact_sales_aggregate' as gold_table,
        coalesce(sum(sale_lines), 0) as sale_lines,
        coalesce(sum(amount), 0) as amount
    from aggregate

)

select
    found.gold_table,
    found.sale_lines,
    expected.sale_lines as expected_lines,
    found.amount,
    expected.amount as expected_amount
from found
cross join expected
where (found.sale_lines, found.amount) <> (expected.sale_lines, expected.amount)
