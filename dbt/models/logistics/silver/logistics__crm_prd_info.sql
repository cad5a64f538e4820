{{ config(materialized='table') }}

with

products as (

    select * from {{ ref('stg_logistics__crm_prd_info') }}

),

cleaned as (

    select
        prd_id as product_id,
        replace(substring(upper(trim(prd_key)) for 5), '-', '_') as category_id,
        substring(upper(trim(prd_key)) from 7) as product_number,
        trim(prd_nm) as product_name,
        abs(prd_cost) as cost,
        case upper(trim(prd_line))
            when 'R' then 'road'
            when 'M' then 'mountain'
            when 'T' then 'touring'
            when 'S' then 'other'
            else 'n/a'
        end as product_line,
        prd_start_dt as valid_from,
        load_timestamp
    from products

),

-- The end that CRM gives is before the start: a version is valid until the next one begins.
ended as (

    select
        *,
        lead(valid_from) over (partition by product_number order by valid_from, product_id) - 1 as valid_to
    from cleaned

)

select
    product_id,
    category_id,
    product_number,
    product_name,
    cost,
    product_line,
    valid_from,
    valid_to,
    load_timestamp
from ended
