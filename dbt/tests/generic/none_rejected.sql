{#
    Of each day's last delivery no line waits in quarantine: who is missing from a snapshot would look as if they had
    left. Lines of earlier deliveries of a day were made good by the last one.
#}
{% test none_rejected(model, dataset) %}

with

loads as (

    select
        load_id,
        -- A delivery's chunks differ in the number at the end.
        regexp_replace(chunk, '-[0-9]{4}\.[^/]*$', '') as delivery,
        substring(chunk from '/dt=([0-9-]{10})/') as day
    from {{ source('ops', 'load') }}
    where dataset = '{{ dataset }}'

),

last_deliveries as (

    select distinct on (day) delivery
    from loads
    order by day asc, load_id desc

),

waiting as (

    select
        chunk,
        line,
        reason,
        raw,
        regexp_replace(chunk, '-[0-9]{4}\.[^/]*$', '') as delivery
    from {{ source('ops', 'quarantine') }}
    where
        dataset = '{{ dataset }}'
        and resubmitted_by is null

)

select
    waiting.chunk,
    waiting.line,
    waiting.reason,
    waiting.raw
from waiting
inner join last_deliveries
    on waiting.delivery = last_deliveries.delivery

{% endtest %}
