{{/* The end of a sink's name, short enough for a label whatever the dataset is called. Takes the dataset's declaration. */}}
{{- define "podflow.sink.component" -}}
{{- $dataset := printf "%s-%s" .source .name | replace "_" "-" -}}
{{- if gt (len $dataset) 24 -}}
{{- $dataset = printf "%s-%s" ($dataset | trunc 15 | trimSuffix "-") (printf "%s.%s" .source .name | sha256sum | trunc 8) -}}
{{- end -}}
sink-{{ $dataset }}
{{- end -}}

{{/* What a sink's pods are selected by: those of the component, and one dataset. Takes (list $ <declaration>). */}}
{{- define "podflow.sink.labels" -}}
{{ include "podflow.selectorLabels" (list (first .) "sink") }}
source: {{ (last .).source }}
dataset: {{ (last .).name }}
{{- end -}}

{{/* A question that the probes ask. Takes the seconds within which the sink must have touched its file. */}}
{{- define "podflow.sink.touchedWithin" -}}
exec:
  command: [python3, -I, -S, /etc/podflow/sink/heartbeat.py, /tmp/heartbeat, {{ . | quote }}]
timeoutSeconds: 10
{{- end -}}
