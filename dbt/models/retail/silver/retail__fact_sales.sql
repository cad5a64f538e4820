-- depends_on: {{ ref('stg_retail__customers') }}
{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='sale_id',
        on_schema_change='fail',
        indexes=[
            {'columns': ['sale_id'], 'unique': true},
            {'columns': ['sale_date']},
            {'columns': ['changed_at']},
        ]
    )
}}

with

sales as (

    select * from {{ ref('stg_retail__fact_sales') }}

),

customers as (

    select * from {{ ref('retail__customer_history') }}

),

{% if is_incremental() %}

snapshots as (

    select * from {{ ref('stg_retail__customers') }}

),

known as (

    select * from {{ this }}

),

arrived_since as (

    select coalesce(max(load_timestamp), '-infinity') - interval '{{ var("look_back") }}' as load_timestamp
    from known

),

-- A snapshot can change which versions are valid from its day on, and where a customer's history begins.
history_changed_from as (

    select min(snapshots.snapshot_date) as snapshot_date
    from snapshots
    cross join arrived_since
    where snapshots.load_timestamp >= arrived_since.load_timestamp

),

touched as (

    select sales.sale_id
    from sales
    cross join arrived_since
    where sales.load_timestamp >= arrived_since.load_timestamp

    union

    select known.sale_id
    from known
    cross join history_changed_from
    where
        known.sale_date >= history_changed_from.snapshot_date
        or known.sale_date < known.customer_valid_from

),

candidates as (

    select sales.*
    from sales
    inner join touched
        on sales.sale_id = touched.sale_id

),

{% else %}

candidates as (

    select * from sales

),

{% endif %}

-- A line that was sent again counts as it was changed last.
latest as (

    select distinct on (sale_id) *
    from candidates
    order by sale_id asc, updated_at desc, sale_date desc

),

-- Each version takes the sales until the next one begins, and the first one also those before it.
versions as (

    select
        *,
        case when lag(valid_from) over by_begin is null then '-infinity' else valid_from end as sales_from,
        coalesce(lead(valid_from) over by_begin, 'infinity') as sales_until
    from customers
    window by_begin as (partition by customer_id order by valid_from)

),

enriched as (

    select
        latest.sale_id,
        latest.sale_date,
        latest.sold_at,
        latest.updated_at,
        latest.store,
        latest.store = 'WEB' as is_online,
        latest.customer_id,
        versions.valid_from as customer_valid_from,
        versions.country as customer_country,
        versions.loyalty_tier as customer_loyalty_tier,
        latest.product_id,
        latest.quantity,
        latest.unit_price,
        latest.discount_percent,
        latest.quantity * latest.unit_price as gross_amount,
        latest.quantity * latest.unit_price - latest.amount as discount_amount,
        latest.amount,
        latest.payment,
        latest.load_timestamp
    from latest
    left join versions
        on
            latest.customer_id = versions.customer_id
            and latest.sale_date >= versions.sales_from
            and latest.sale_date < versions.sales_until

),

{% if is_incremental() %}

changed as (

    select enriched.*
    from enriched
    left join known
        on enriched.sale_id = known.sale_id
    where
        known.load_timestamp is distinct from enriched.load_timestamp
        or known.customer_valid_from is distinct from enriched.customer_valid_from
        or known.customer_country is distinct from enriched.customer_country
        or known.customer_loyalty_tier is distinct from enriched.customer_loyalty_tier

)

{% else %}

changed as (

    select * from enriched

)

{% endif %}

select
    *,
    now() as changed_at
from changed
