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

{{/* Where clients of the chart's own broker find it. */}}
{{- define "podflow.kafka.clients" -}}
{{ include "podflow.name" (list . "kafka") }}:9092
{{- end -}}

{{/* A setting as Kafka wants it: Helm holds whole numbers as floats, and would write 604800000 as 6.048e+08. */}}
{{- define "podflow.kafka.setting" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* The name of the Secret with a user's KAFKA_SASL_PASSWORD. Takes (list $ "producer"). */}}
{{- define "podflow.kafka.passwordSecret" -}}
{{- $root := first . -}}
{{- index $root.Values.kafka.existingSecrets (last .) | default (include "podflow.name" (list $root (printf "kafka-%s" (last .)))) -}}
{{- end -}}

{{/*
A user's generated password, in base64. Both the Secret and the name of the Job that tells the broker are made of it, so
one rendering remembers what it made: in its context, since Helm stores the values with the release. Takes (list $ "producer").
*/}}
{{- define "podflow.kafka.password" -}}
{{- $root := first . -}}
{{- $user := last . -}}
{{- $made := get $root "kafkaPasswords" | default dict -}}
{{- if not (hasKey $made $user) -}}
{{- $_ := set $made $user (include "podflow.keptValue" (list $root (include "podflow.kafka.passwordSecret" .) "KAFKA_SASL_PASSWORD")) -}}
{{- $_ := set $root "kafkaPasswords" $made -}}
{{- end -}}
{{- get $made $user -}}
{{- end -}}

{{/*
What tells whether the passwords of the users are still those that the broker was told: nothing, for a Secret of
somebody else that cannot be looked up.
*/}}
{{- define "podflow.kafka.passwordsSeen" -}}
{{- $root := . -}}
{{- range $user := list "admin" "producer" "sink" -}}
{{- if index $root.Values.kafka.existingSecrets $user -}}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (include "podflow.kafka.passwordSecret" (list $root $user)) | default dict -}}
{{- index ($secret.data | default dict) "KAFKA_SASL_PASSWORD" -}}
{{- else -}}
{{- include "podflow.kafka.password" (list $root $user) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A user's password as an environment variable, <USER>_PASSWORD. Takes (list $ "producer"). */}}
{{- define "podflow.kafka.passwordVariable" -}}
- name: {{ upper (last .) }}_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "podflow.kafka.passwordSecret" . }}
      key: KAFKA_SASL_PASSWORD
{{- end -}}

{{/* What the values declare, for files/kafka-setup. */}}
{{- define "podflow.kafka.declared" -}}
{{- $topics := dict -}}
{{- range $name, $topic := .Values.kafka.topics -}}
{{- $config := dict -}}
{{- range $key, $value := $topic.config -}}
{{- $_ := set $config $key (include "podflow.kafka.setting" $value) -}}
{{- end -}}
{{- $_ := set $topics $name (dict "partitions" (int $topic.partitions) "config" $config) -}}
{{- end -}}
{{- dict
  "nodes" (printf "%s:9094" (include "podflow.name" (list . "kafka-nodes")))
  "clients" (include "podflow.kafka.clients" .)
  "replicas" (int .Values.kafka.replicas)
  "users" (list "admin" "producer" "sink")
  "consumer_groups" "podflow-sink"
  "topics" $topics
  | toPrettyJson -}}
{{- end -}}

{{/* Nodes on machines of their own, where there are as many machines. */}}
{{- define "podflow.kafka.affinity" -}}
{{- if gt (int .Values.kafka.replicas) 1 -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "podflow.selectorLabels" (list . "kafka") | nindent 12 }}
{{- end -}}
{{- end -}}
