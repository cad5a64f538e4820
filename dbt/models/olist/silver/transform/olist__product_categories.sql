{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

products as (

    select * from {{ ref('stg_olist__products') }}

),

translations as (

    select * from {{ ref('stg_olist__product_category_name_translation') }}

),

categories as (

    select product_category_name as category from products
    where product_category_name is not null

    union distinct

    select product_category_name as category from translations

)

select
    categories.category,
    translations.product_category_name_english as category_english
from categories
left join translations
    on categories.category = translations.product_category_name
