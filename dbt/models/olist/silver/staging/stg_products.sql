with

products as (

    select * from {{ ref('olist__products') }}

),

categories as (

    select * from {{ ref('olist__product_categories') }}

)

select
    products.product_id,
    coalesce(categories.category_english, categories.category, 'n/a') as category,
    products.photos,
    products.weight_g,
    products.length_cm * products.height_cm * products.width_cm as volume_cm3
from products
left join categories
    on products.category = categories.category
