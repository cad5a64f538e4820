with

source as (

    select * from {{ source('olist', 'order_reviews') }}
    -- What the table no longer has is marked, not deleted.
    where _deleted_at is null

)

select
    review_id,
    order_id,
    review_score,
    review_comment_title,
    review_comment_message,
    review_creation_date,
    review_answer_timestamp,
    load_timestamp
from source
