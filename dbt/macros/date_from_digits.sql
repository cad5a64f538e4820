{#
    The date that an integer such as 20250131 stands for; null for anything that is no day from 1900 on.
#}
{% macro date_from_digits(column) -%}

    case when {{ column }} between 19000101 and 99991231 and pg_input_is_valid({{ column }}::text, 'date') then {{ column }}::text::date end

{%- endmacro %}
