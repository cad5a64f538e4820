{#
    The name of a node in the warehouse: its schema names the source, so forex__daily_pair_volume in models/forex
    becomes daily_pair_volume. A configured alias is taken as it is.
#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}

    {%- set prefix = node.fqn[1] ~ '__' -%}

    {%- if custom_alias_name -%}
        {{- custom_alias_name | trim -}}
    {%- elif node.name.startswith(prefix) -%}
        {{- node.name[prefix | length:] -}}
    {%- else -%}
        {{- node.name -}}
    {%- endif -%}

{%- endmacro %}
