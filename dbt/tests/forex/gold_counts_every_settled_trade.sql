-- Each gold table accounts for every settled trade of silver: one row here for a table that does not.
with

transactions as (

    select * from {{ ref('forex__customer_transactions') }}

),

pair_volume as (

    select * from {{ ref('forex__daily_pair_volume') }}

),

turnover as (

    select * from {{ ref('forex__customer_turnover') }}

),

exposure as (

    select * from {{ ref('forex__daily_currency_exposure') }}

),

expected as (

    select
        count(*) as trades,
        coalesce(sum(base_amount + quote_amount), 0) as moved
    from transactions
    where status = 'settled'

),

differences as (

    select
        'forex__daily_pair_volume' as gold_table,
        coalesce(sum(trades), 0) - (select expected.trades from expected) as difference
    from pair_volume

    union all

    select
        'forex__customer_turnover' as gold_table,
        coalesce(sum(trades), 0) - (select expected.trades from expected) as difference
    from turnover

    union all

    select
        'forex__daily_currency_exposure' as gold_table,
        coalesce(sum(bought + sold), 0) - (select expected.moved from expected) as difference
    from exposure

)

select * from differences
where difference <> 0
