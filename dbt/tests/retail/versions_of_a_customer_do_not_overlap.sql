-- Versions that begin before the one before them has ended, or go on although another follows.
with

versions as (

    select * from {{ ref('retail__customer_history') }}

),

followed as (

    select
        *,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_valid_from
    from versions

)

select * from followed
where
    valid_from > valid_to
    or next_valid_from <= coalesce(valid_to, 'infinity')
    or is_current <> (valid_to is null)
