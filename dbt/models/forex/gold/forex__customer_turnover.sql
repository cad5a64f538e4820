{{ config(materialized='table') }}

with

transactions as (

    select * from {{ ref('forex__customer_transactions') }}

),

summed as (

    select
        customer_id,
        quote_currency,
        count(*) filter (where status = 'settled') as trades,
        count(*) filter (where status = 'pending') as pending_trades,
        sum(quote_amount) filter (where status = 'settled') as turnover,
        sum(fee) filter (where status = 'settled') as fees,
        min(executed_on) filter (where status = 'settled') as first_trade_on,
        max(executed_on) filter (where status = 'settled') as last_trade_on
    from transactions
    where status in ('settled', 'pending')
    group by customer_id, quote_currency

)

select
    customer_id,
    quote_currency,
    trades,
    pending_trades,
    coalesce(turnover, 0)::numeric(38, 2) as turnover,
    coalesce(fees, 0)::numeric(38, 2) as fees,
    first_trade_on,
    last_trade_on
from summed
