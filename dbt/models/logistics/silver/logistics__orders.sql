{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='order_id',
        on_schema_change='fail',
        indexes=[
            {'columns': ['order_id'], 'unique': true},
            {'columns': ['load_timestamp']},
        ]
    )
}}

with

orders as (

    select * from {{ ref('stg_logistics__orders') }}

),

{% if is_incremental() %}

known as (

    select
        order_id,
        load_timestamp
    from {{ this }}

),

-- By arrival, not by the time of order: a late message is as new as the others that arrived with it.
recent as (

    select * from orders
    where load_timestamp >= {{ arrived_since() }}

),

{% else %}

recent as (

    select * from orders

),

{% endif %}

-- An order that was sent again counts as it was sent last. Its messages are in one partition, as they have one key.
latest as (

    select distinct on (order_id) *
    from recent
    order by order_id asc, load_timestamp desc, _generation desc, _offset desc

),

{% if is_incremental() %}

changed as (

    select latest.*
    from latest
    left join known
        on latest.order_id = known.order_id
    where known.load_timestamp is distinct from latest.load_timestamp

),

{% else %}

changed as (

    select * from latest

),

{% endif %}

cleaned as (

    select
        order_id,
        upper(trim(product_key)) as product_number,
        upper(trim(customer_key)) as customer_number,
        -- The shop's numbers are in its keys: AW00011000 is 11000.
        substring(upper(trim(customer_key)) from '^AW([0-9]{8})$')::integer as customer_id,
        ordered_at,
        (ordered_at at time zone 'UTC')::date as order_date,
        ship_date,
        due_date,
        quantity,
        price,
        sales,
        nullif(trim(city), '') as city,
        nullif(trim(postcode), '') as postcode,
        load_timestamp
    from changed

)

select * from cleaned
