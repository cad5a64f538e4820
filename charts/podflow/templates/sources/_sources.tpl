{{/*
The Secret with the connection olist and its password: of the database that plays that source in the chart's own Postgres.
Empty where `connections` says where another one is.
*/}}
{{- define "podflow.sources.olistSecret" -}}
{{- if and .Values.sources.enabled .Values.postgres.enabled (not .Values.connections.olist) -}}
{{- include "podflow.name" (list . "sources-olist") -}}
{{- end -}}
{{- end -}}
