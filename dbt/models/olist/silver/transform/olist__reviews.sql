{{ config(materialized='table', post_hook='{{ keep_foreign_keys() }}') }}

with

reviews as (

    select * from {{ ref('stg_olist__order_reviews') }}

),

-- A review of several orders is published once for each. Should the texts differ, the last answer counts.
latest as (

    select distinct on (review_id) *
    from reviews
    order by review_id asc, review_answer_timestamp desc, order_id asc

)

select
    review_id,
    review_score as score,
    nullif(trim(review_comment_title), '') as title,
    nullif(trim(review_comment_message), '') as message,
    review_creation_date::date as asked_on,
    review_answer_timestamp as answered_at
from latest
