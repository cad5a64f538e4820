{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='order_line_key',
        on_schema_change='fail',
        indexes=[
            {'columns': ['order_line_key'], 'unique': true},
            {'columns': ['channel', 'load_timestamp']},
        ]
    )
}}

with

-- Each channel goes on from its own newest row: one may be days behind the other.
sales as (

    select * from {{ ref('logistics__crm_sales_details') }}
    {% if is_incremental() %}
    where load_timestamp >= {{ arrived_since("channel = 'crm'") }}
    {% endif %}

),

orders as (

    select * from {{ ref('logistics__orders') }}
    {% if is_incremental() %}
    where load_timestamp >= {{ arrived_since("channel = 'stream'") }}
    {% endif %}

),

lines as (

    select
        'crm' as channel,
        order_number,
        product_number,
        customer_id,
        null::timestamptz as ordered_at,
        order_date,
        ship_date,
        due_date,
        quantity,
        price,
        sales,
        load_timestamp
    from sales

    union all

    select
        'stream' as channel,
        order_id as order_number,
        product_number,
        customer_id,
        ordered_at,
        order_date,
        ship_date,
        due_date,
        quantity,
        price,
        sales,
        load_timestamp
    from orders

),

keyed as (

    select
        {{ surrogate_key(['channel', 'order_number', 'product_number']) }} as order_line_key,
        *
    from lines

),

{% if is_incremental() %}

known as (

    select
        order_line_key,
        load_timestamp
    from {{ this }}

),

changed as (

    select keyed.*
    from keyed
    left join known
        on keyed.order_line_key = known.order_line_key
    where known.load_timestamp is distinct from keyed.load_timestamp

)

{% else %}

changed as (

    select * from keyed

)

{% endif %}

select
    order_line_key,
    {{ surrogate_key(['customer_id']) }} as customer_key,
    {{ surrogate_key(['product_number']) }} as product_key,
    channel,
    order_number,
    ordered_at,
    order_date,
    ship_date,
    due_date,
    quantity,
    price::numeric(12, 2) as price,
    sales::numeric(14, 2) as sales,
    load_timestamp
from changed
