{#
    The schema of a node: <layer>_<source> after its folder models/<source>/<layer>, where the layer bronze is
    `staging` because bronze_<source> belongs to ingestion. A folder within the layer is a schema of its own, by its name
    alone: models/olist/silver/transform is `transform`. A configured schema goes before the folder's.
    Bare in target pro; in any other target its name is put in front, as in dev_gold_forex.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}

    {%- if custom_schema_name -%}
        {%- set schema = custom_schema_name | trim -%}
    {%- elif node.resource_type == 'model' and node.fqn | length > 4 -%}
        {%- set schema = node.fqn[3] -%}
    {%- elif node.resource_type == 'model' -%}
        {%- set source, layer = node.fqn[1], node.fqn[2] -%}
        {%- set schema = {'bronze': 'staging'}.get(layer, layer) ~ '_' ~ source -%}
    {%- else -%}
        {%- set schema = target.schema -%}
    {%- endif -%}

    {{- schema if target.name == 'pro' else target.name ~ '_' ~ schema -}}

{%- endmacro %}
