{{- define "podflow.kafka.domain" -}}
{{ include "podflow.name" (list . "kafka-nodes") }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{/*
A Kafka identifier (16 bytes in base64) that stays the same over upgrades without being kept anywhere: it follows from
the release's name and namespace. Takes (list $ "what it identifies").
*/}}
{{- define "podflow.kafka.uuid" -}}
{{- $root := first . -}}
{{- printf "%s/%s/%s" $root.Release.Namespace (include "podflow.fullname" $root) (last .) | sha256sum | trunc 16 | b64enc | trimSuffix "==" -}}
{{- end -}}

{{/* The first quorum, as kafka-storage.sh wants it: id@host:port:directory,... */}}
{{- define "podflow.kafka.controllers" -}}
{{- $root := . -}}
{{- $nodes := list -}}
{{- range $id := until (int .Values.kafka.replicas) -}}
{{- $host := printf "%s-%d.%s" (include "podflow.name" (list $root "kafka")) $id (include "podflow.kafka.domain" $root) -}}
{{- $nodes = append $nodes (printf "%d@%s:9093:%s" $id $host (include "podflow.kafka.uuid" (list $root (printf "node-%d" $id)))) -}}
{{- end -}}
{{- join "," $nodes -}}
{{- end -}}

{{- define "podflow.kafka.quorum" -}}
{{- $root := . -}}
{{- $nodes := list -}}
{{- range $id := until (int .Values.kafka.replicas) -}}
{{- $nodes = append $nodes (printf "%s-%d.%s:9093" (include "podflow.name" (list $root "kafka")) $id (include "podflow.kafka.domain" $root)) -}}
{{- end -}}
{{- join "," $nodes -}}
{{- end -}}
