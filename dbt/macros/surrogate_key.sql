{#
    The surrogate key of a row: a hash of its natural key, so that a fact has it without asking the dimension. Null where
    a part of the natural key is null.
#}
{% macro surrogate_key(columns) -%}

    md5({% for column in columns %}{{ column }}::text{{ " || '|' || " if not loop.last }}{% endfor %})::uuid

{%- endmacro %}
