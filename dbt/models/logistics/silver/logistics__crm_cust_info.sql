{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('stg_logistics__crm_cust_info') }}

),

latest as (

    select distinct on (cst_id) *
    from customers
    order by cst_id asc, cst_create_date desc

),

cleaned as (

    select
        cst_id as customer_id,
        upper(trim(cst_key)) as customer_number,
        nullif(trim(cst_firstname), '') as first_name,
        nullif(trim(cst_lastname), '') as last_name,
        case upper(trim(cst_marital_status))
            when 'S' then 'single'
            when 'M' then 'married'
            else 'n/a'
        end as marital_status,
        case upper(trim(cst_gndr))
            when 'F' then 'female'
            when 'M' then 'male'
            else 'n/a'
        end as gender,
        cst_create_date as entered_on,
        load_timestamp
    from latest

)

select * from cleaned
