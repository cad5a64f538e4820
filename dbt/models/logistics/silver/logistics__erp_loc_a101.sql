{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('stg_logistics__erp_loc_a101') }}

),

cleaned as (

    select
        replace(upper(trim(cid)), '-', '') as customer_number,
        case
            when upper(trim(cntry)) in ('US', 'USA') then 'United States'
            when upper(trim(cntry)) = 'DE' then 'Germany'
            else coalesce(nullif(trim(cntry), ''), 'n/a')
        end as country,
        load_timestamp
    from customers

)

select * from cleaned
