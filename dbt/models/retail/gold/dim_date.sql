{{ config(materialized='table') }}

with

sales as (

    select * from {{ ref('retail__fact_sales') }}

),

years as (

    select
        date_trunc('year', min(sale_date)::timestamp) as first_day,
        date_trunc('year', max(sale_date)::timestamp) + interval '1 year - 1 day' as last_day
    from sales

),

days as (

    select generate_series(first_day, last_day, interval '1 day')::date as day
    from years

)

select
    to_char(day, 'YYYYMMDD')::integer as date_key,
    day,
    extract(year from day)::integer as year,
    extract(quarter from day)::integer as quarter,
    extract(month from day)::integer as month,
    to_char(day, 'FMMonth') as month_name,
    to_char(day, 'IYYY-"W"IW') as iso_week,
    extract(day from day)::integer as day_of_month,
    extract(isodow from day)::integer as day_of_week,
    to_char(day, 'FMDay') as day_name,
    extract(isodow from day) > 5 as is_weekend
from days
