with

order_reviews as (

    select * from {{ ref('olist__order_reviews') }}

),

reviews as (

    select * from {{ ref('olist__reviews') }}

)

select
    order_reviews.review_id,
    order_reviews.order_id,
    reviews.score,
    reviews.title,
    reviews.message,
    reviews.asked_on,
    reviews.answered_at
from order_reviews
inner join reviews
    on order_reviews.review_id = reviews.review_id
