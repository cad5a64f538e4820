{{ config(materialized='table') }}

with

products as (

    select * from {{ ref('logistics__crm_prd_info') }}
    where valid_to is null

),

categories as (

    select * from {{ ref('logistics__erp_px_cat_g1v2') }}

),

joined as (

    select
        products.product_id,
        products.product_number,
        products.product_name,
        products.category_id,
        coalesce(categories.category, 'n/a') as category,
        coalesce(categories.subcategory, 'n/a') as subcategory,
        categories.needs_maintenance,
        products.product_line,
        products.cost,
        products.valid_from
    from products
    left join categories
        on products.category_id = categories.category_id

)

select
    {{ surrogate_key(['product_number']) }} as product_key,
    product_id,
    product_number,
    product_name,
    category_id,
    category,
    subcategory,
    needs_maintenance,
    product_line,
    cost::numeric(12, 2) as cost,
    valid_from
from joined
