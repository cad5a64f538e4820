{{ config(materialized='table') }}

with

products as (

    select * from {{ ref('stg_retail__products') }}

),

newest as (

    select max(snapshot_date) as snapshot_date
    from products

),

-- By the day that it is of, not by arrival: an early day that comes late does not undo what is known since.
latest as (

    select distinct on (product_id) *
    from products
    order by product_id asc, snapshot_date desc

)

select
    latest.product_id,
    latest.sku,
    latest.name as product_name,
    latest.category,
    latest.subcategory,
    latest.brand,
    latest.list_price,
    latest.active and latest.snapshot_date = newest.snapshot_date as is_sold,
    latest.launched_on,
    latest.snapshot_date as last_seen_on
from latest
cross join newest
