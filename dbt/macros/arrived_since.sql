{#
    From which load_timestamp on an incremental model looks for rows that it does not have: that of its newest row (of
    those that meet the condition) less the look-back. It is asked beforehand and put into the query as a literal:
    Postgres then knows that few rows follow, and takes them by an index, however long the tables are.
#}
{% macro arrived_since(condition='true') -%}

    {%- if execute -%}
        {%- set newest -%}
            select coalesce(quote_literal(max(load_timestamp) - interval '{{ var("look_back") }}'), '''-infinity''')
            from {{ this }}
            where {{ condition }}
        {%- endset -%}
        {{- run_query(newest).columns[0].values()[0] -}}
    {%- else -%}
        '-infinity'
    {%- endif -%}
    ::timestamptz

{%- endmacro %}
