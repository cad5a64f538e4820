{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('stg_logistics__erp_cust_az12') }}

),

cleaned as (

    select
        regexp_replace(upper(trim(cid)), '^NAS', '') as customer_number,
        -- Nobody alive was born before 1900, or after today.
        case when bdate between '1900-01-01' and current_date then bdate end as birth_date,
        case
            when upper(trim(gen)) in ('F', 'FEMALE') then 'female'
            when upper(trim(gen)) in ('M', 'MALE') then 'male'
            else 'n/a'
        end as gender,
        load_timestamp
    from customers

)

select * from cleaned
