{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='transaction_id',
        on_schema_change='fail',
        indexes=[
            {'columns': ['transaction_id'], 'unique': true},
            {'columns': ['load_timestamp']},
        ]
    )
}}

with

transactions as (

    select * from {{ ref('stg_forex__customer_transactions') }}

),

{% if is_incremental() %}

known as (

    select
        transaction_id,
        load_timestamp
    from {{ this }}

),

-- The look-back finds rows that were stamped early and committed late; the comparison leaves out those known already.
changed as (

    select transactions.*
    from transactions
    left join known
        on transactions.transaction_id = known.transaction_id
    where
        transactions.load_timestamp >= {{ arrived_since() }}
        and known.load_timestamp is distinct from transactions.load_timestamp

),

{% else %}

changed as (

    select * from transactions

),

{% endif %}

cleaned as (

    select
        transaction_id,
        upper(trim(customer_id)) as customer_id,
        lower(trim(customer_segment)) as customer_segment,
        upper(trim(base_currency)) as base_currency,
        upper(trim(quote_currency)) as quote_currency,
        lower(trim(side)) as side,
        base_amount,
        rate,
        round(base_amount * rate, 2) as quote_amount,
        fee,
        lower(trim(channel)) as channel,
        lower(trim(status)) as status,
        nullif(trim(comment), '') as comment,
        executed_at,
        (executed_at at time zone 'UTC')::date as executed_on,
        updated_at,
        load_timestamp
    from changed

)

select * from cleaned
