{{ config(materialized='table') }}

with

categories as (

    select * from {{ ref('stg_logistics__erp_px_cat_g1v2') }}

),

cleaned as (

    select
        upper(trim(id)) as category_id,
        trim(cat) as category,
        trim(subcat) as subcategory,
        case lower(trim(maintenance)) when 'yes' then true when 'no' then false end as needs_maintenance,
        load_timestamp
    from categories

)

select * from cleaned
