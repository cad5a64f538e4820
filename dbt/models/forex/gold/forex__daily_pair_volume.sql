{{ config(materialized='table') }}

with

transactions as (

    select * from {{ ref('forex__customer_transactions') }}

),

summed as (

    select
        executed_on as day,
        base_currency,
        quote_currency,
        count(*) filter (where status = 'settled') as trades,
        count(*) filter (where status = 'pending') as pending_trades,
        sum(base_amount) filter (where status = 'settled' and side = 'buy') as buy_volume,
        sum(base_amount) filter (where status = 'settled' and side = 'sell') as sell_volume,
        sum(base_amount * rate) filter (where status = 'settled')
        / sum(base_amount) filter (where status = 'settled') as vwap_rate,
        sum(fee) filter (where status = 'settled') as fees
    from transactions
    where status in ('settled', 'pending')
    group by executed_on, base_currency, quote_currency

)

select
    day,
    base_currency,
    quote_currency,
    trades,
    pending_trades,
    coalesce(buy_volume, 0)::numeric(38, 2) as buy_volume,
    coalesce(sell_volume, 0)::numeric(38, 2) as sell_volume,
    round(vwap_rate, 8)::numeric(38, 8) as vwap_rate,
    coalesce(fees, 0)::numeric(38, 2) as fees
from summed
