{#
    A post-hook of tables that others refer to. dbt builds a table beside the old one and then drops that with `cascade`,
    and with it the foreign keys of all tables that referred to it. This points them at the new table first, in the
    transaction that puts it in its place. Where a row refers to one that is gone, the key is `not valid`, so that it
    binds new rows alone: the referring table is built next, with a key of its own, or the build fails.
#}
{% macro keep_foreign_keys() -%}

    {%- set old = make_backup_relation(this, 'table') -%}
    do $$
    declare
        key record;
    begin
        for key in
            select
                conname as name,
                conrelid::regclass as referring,
                replace(
                    replace(pg_get_constraintdef(oid), confrelid::regclass::text, '{{ this.include(database=false) }}'),
                    ' NOT VALID',
                    ''
                ) as definition
            from pg_constraint
            where contype = 'f' and confrelid = to_regclass('{{ old.include(database=false) }}')
            order by conrelid
        loop
            execute format('alter table %s drop constraint %I', key.referring, key.name);
            begin
                execute format('alter table %s add constraint %I %s', key.referring, key.name, key.definition);
            exception when foreign_key_violation then
                execute format('alter table %s add constraint %I %s not valid', key.referring, key.name, key.definition);
            end;
        end loop;
    end $$

{%- endmacro %}
