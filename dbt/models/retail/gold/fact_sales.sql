{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='sale_key',
        on_schema_change='fail',
        indexes=[
            {'columns': ['sale_key'], 'unique': true},
            {'columns': ['changed_at']},
        ]
    )
}}

with

sales as (

    select * from {{ ref('retail__fact_sales') }}

),

{% if is_incremental() %}

newest as (

    select coalesce(max(changed_at), '-infinity') as changed_at
    from {{ this }}

),

-- Builds come one after the other: what a build of silver wrote is newer than all that gold has seen.
changed as (

    select sales.*
    from sales
    cross join newest
    where sales.changed_at > newest.changed_at

)

{% else %}

changed as (

    select * from sales

)

{% endif %}

select
    {{ surrogate_key(['sale_id']) }} as sale_key,
    to_char(sale_date, 'YYYYMMDD')::integer as date_key,
    {{ surrogate_key(['customer_id', 'customer_valid_from']) }} as customer_key,
    {{ surrogate_key(['product_id']) }} as product_key,
    sale_id,
    sold_at,
    store,
    is_online,
    payment,
    quantity,
    unit_price::numeric(10, 2) as unit_price,
    discount_percent,
    gross_amount::numeric(12, 2) as gross_amount,
    discount_amount::numeric(12, 2) as discount_amount,
    amount::numeric(12, 2) as amount,
    changed_at
from changed
