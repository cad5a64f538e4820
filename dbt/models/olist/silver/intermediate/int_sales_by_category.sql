with

items as (

    select * from {{ ref('stg_order_items') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

orders as (

    select * from {{ ref('stg_orders') }}
    where is_sold

)

select
    products.category,
    count(distinct items.order_id) as orders,
    count(*) as items,
    sum(items.price) as sales,
    sum(items.freight) as freight
from items
inner join orders
    on items.order_id = orders.order_id
inner join products
    on items.product_id = products.product_id
group by products.category
