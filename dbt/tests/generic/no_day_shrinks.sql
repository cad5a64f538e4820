{#
    No day has fewer rows than that share of the day before it in the table: half a snapshot looks as if the others had
    left.
#}
{% test no_day_shrinks(model, day, least_share) %}

with

counted as (

    select
        {{ day }},
        count(*) as rows_of_the_day,
        lag(count(*)) over (order by {{ day }}) as rows_of_the_day_before
    from {{ model }}
    group by {{ day }}

)

select * from counted
where rows_of_the_day < rows_of_the_day_before * {{ least_share }}

{% endtest %}
