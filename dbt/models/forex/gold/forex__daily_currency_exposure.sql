{{ config(materialized='table') }}

with

transactions as (

    select * from {{ ref('forex__customer_transactions') }}

),

settled as (

    select * from transactions
    where status = 'settled'

),

-- Each trade moves two currencies: who buys the base currency sells the quote currency.
movements as (

    select
        executed_on as day,
        base_currency as currency,
        case side when 'buy' then base_amount else 0 end as bought,
        case side when 'sell' then base_amount else 0 end as sold
    from settled

    union all

    select
        executed_on as day,
        quote_currency as currency,
        case side when 'sell' then quote_amount else 0 end as bought,
        case side when 'buy' then quote_amount else 0 end as sold
    from settled

)

select
    day,
    currency,
    sum(bought)::numeric(38, 2) as bought,
    sum(sold)::numeric(38, 2) as sold,
    sum(bought - sold)::numeric(38, 2) as net_position
from movements
group by day, currency
