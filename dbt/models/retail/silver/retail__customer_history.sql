{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('stg_retail__customers') }}

),

-- Days whose snapshot landed. A day that is missing says nothing: versions go on across it.
days as (

    select
        snapshot_date,
        row_number() over (order by snapshot_date) as day_number,
        lead(snapshot_date) over (order by snapshot_date) as next_snapshot_date
    from customers
    group by snapshot_date

),

-- All that makes a version. `updated_at` is none of it: records are stamped without being changed.
described as (

    select
        customers.customer_id,
        customers.snapshot_date,
        days.day_number,
        row(
            customers.first_name,
            customers.last_name,
            customers.email,
            customers.street,
            customers.postal_code,
            customers.city,
            customers.country,
            customers.loyalty_tier,
            customers.created_on
        )::text as description
    from customers
    inner join days
        on customers.snapshot_date = days.snapshot_date

),

followed as (

    select
        *,
        lag(day_number) over by_day as day_number_before,
        lag(description) over by_day as description_before
    from described
    window by_day as (partition by customer_id order by snapshot_date)

),

numbered as (

    select
        *,
        count(*) filter (
            where
            day_number_before is distinct from day_number - 1
            or description_before is distinct from description
        ) over (partition by customer_id order by snapshot_date) as version_number
    from followed

),

versions as (

    select
        customer_id,
        version_number,
        min(snapshot_date) as valid_from,
        max(snapshot_date) as last_seen_on
    from numbered
    group by customer_id, version_number

)

select
    versions.customer_id,
    customers.first_name,
    customers.last_name,
    customers.email,
    customers.street,
    customers.postal_code,
    customers.city,
    customers.country,
    customers.loyalty_tier,
    customers.created_on,
    versions.valid_from,
    -- The first snapshot after the last that had the version has another version of the customer, or no customer.
    days.next_snapshot_date - 1 as valid_to,
    days.next_snapshot_date is null as is_current
from versions
inner join customers
    on
        versions.customer_id = customers.customer_id
        and versions.last_seen_on = customers.snapshot_date
inner join days
    on versions.last_seen_on = days.snapshot_date
