{#
    The grain of a model: no two rows have the same values in `columns`, and none of these is null.
#}
{% test unique_combination_of_columns(model, columns) %}

with

keys as (

    select {{ columns | join(', ') }}
    from {{ model }}

)

select
    {{ columns | join(',\n    ') }},
    count(*) as rows_with_this_key
from keys
group by {{ columns | join(', ') }}
having
    count(*) > 1
    or num_nulls({{ columns | join(', ') }}) > 0

{% endtest %}
