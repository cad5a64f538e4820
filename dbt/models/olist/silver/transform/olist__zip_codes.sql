{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

points as (

    select * from {{ ref('stg_olist__geolocation') }}

),

customers as (

    select * from {{ ref('stg_olist__customers') }}

),

sellers as (

    select * from {{ ref('stg_olist__sellers') }}

),

-- Customers and sellers are also at zip codes for which nobody gave a point.
places as (

    select
        geolocation_zip_code_prefix as zip_code_prefix,
        geolocation_city as city,
        geolocation_state as state,
        geolocation_lat as latitude,
        geolocation_lng as longitude
    from points

    union all

    select
        customer_zip_code_prefix as zip_code_prefix,
        customer_city as city,
        customer_state as state,
        null::numeric as latitude,
        null::numeric as longitude
    from customers

    union all

    select
        seller_zip_code_prefix as zip_code_prefix,
        seller_city as city,
        seller_state as state,
        null::numeric as latitude,
        null::numeric as longitude
    from sellers

),

spelled as (

    select
        zip_code_prefix,
        -- são paulo and sao paulo are one city.
        translate(lower(trim(city)), 'áàâãäçéêëíîñóôõöúü', 'aaaaaceeeiinoooouu') as city,
        upper(trim(state)) as state,
        latitude,
        longitude
    from places

)

select
    zip_code_prefix,
    mode() within group (order by city) as city,
    mode() within group (order by state) as state,
    avg(latitude)::numeric(9, 6) as latitude,
    avg(longitude)::numeric(9, 6) as longitude
from spelled
group by zip_code_prefix
