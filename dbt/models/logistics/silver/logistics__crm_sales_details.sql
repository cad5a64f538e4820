{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key=['order_number', 'product_number'],
        on_schema_change='fail',
        indexes=[
            {'columns': ['order_number', 'product_number'], 'unique': true},
            {'columns': ['load_timestamp']},
        ]
    )
}}

with

sales as (

    select * from {{ ref('stg_logistics__crm_sales_details') }}

),

trimmed as (

    select
        upper(trim(sls_ord_num)) as order_number,
        upper(trim(sls_prd_key)) as product_number,
        sls_cust_id as customer_id,
        {{ date_from_digits('sls_order_dt') }} as order_date,
        {{ date_from_digits('sls_ship_dt') }} as ship_date,
        {{ date_from_digits('sls_due_dt') }} as due_date,
        sls_quantity as quantity,
        -- The price counts, if there is one: it is typed, the sales are calculated.
        round(coalesce(nullif(abs(sls_price), 0), abs(sls_sales) / nullif(sls_quantity, 0)), 2) as price,
        load_timestamp
    from sales

),

{% if is_incremental() %}

known as (

    select
        order_number,
        product_number,
        load_timestamp
    from {{ this }}

),

recent as (

    select * from trimmed
    where load_timestamp >= {{ arrived_since() }}

),

{% else %}

recent as (

    select * from trimmed

),

{% endif %}

-- A key that was typed with and without spaces is two rows in bronze.
latest as (

    select distinct on (order_number, product_number) *
    from recent
    order by order_number asc, product_number asc, load_timestamp desc, price asc

),

{% if is_incremental() %}

changed as (

    select latest.*
    from latest
    left join known
        on
            latest.order_number = known.order_number
            and latest.product_number = known.product_number
    where known.load_timestamp is distinct from latest.load_timestamp

),

{% else %}

changed as (

    select * from latest

),

{% endif %}

cleaned as (

    select
        order_number,
        product_number,
        customer_id,
        order_date,
        -- Nothing is shipped before it is ordered: a typing error.
        case when ship_date >= coalesce(order_date, ship_date) then ship_date end as ship_date,
        case when due_date >= coalesce(order_date, due_date) then due_date end as due_date,
        quantity,
        price,
        quantity * price as sales,
        load_timestamp
    from changed

)

select * from cleaned
