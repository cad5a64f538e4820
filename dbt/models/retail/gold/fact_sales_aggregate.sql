{{ config(materialized='table') }}

with

facts as (

    select * from {{ ref('fact_sales') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

)

select
    facts.date_key,
    facts.store,
    products.category,
    count(*) as sale_lines,
    count(distinct customers.customer_id) as customers,
    sum(facts.quantity) as quantity,
    sum(facts.gross_amount)::numeric(14, 2) as gross_amount,
    sum(facts.discount_amount)::numeric(14, 2) as discount_amount,
    sum(facts.amount)::numeric(14, 2) as amount
from facts
inner join products
    on facts.product_key = products.product_key
inner join customers
    on facts.customer_key = customers.customer_key
group by
    facts.date_key,
    facts.store,
    products.category
