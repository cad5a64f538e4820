{{/*
A generated secret value: the one the cluster has, or a new one. Base64, as a Secret's data holds it.
Each generated value is made in exactly one template, since every call without a cluster makes another.
Takes (list $ "<name of the Secret>" "<key>").
*/}}
{{- define "podflow.keptValue" -}}
{{- $root := first . -}}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (index . 1) | default dict -}}
{{- $kept := index ($secret.data | default dict) (last .) -}}
{{- $kept | default (randAlphaNum 32 | b64enc) -}}
{{- end -}}

{{/* Secrets with generated values outlive the release: the data volumes, which also stay, are locked with them. */}}
{{- define "podflow.keep" -}}
annotations:
  helm.sh/resource-policy: keep
{{- end -}}

{{/* The Secret with a database role's credentials. Takes (list $ "ingest"). */}}
{{- define "podflow.databaseSecret" -}}
{{- $root := first . -}}
{{- $role := last . -}}
{{- if not $root.Values.postgres.enabled -}}
{{- $name := index $root.Values.externalDatabase.existingSecrets $role -}}
{{- required (printf "postgres.enabled is false: name the Secret of role %s in externalDatabase.existingSecrets.%s" $role $role) $name -}}
{{- else -}}
{{- index $root.Values.postgres.existingSecrets $role | default (include "podflow.name" (list $root (eq $role "airflow" | ternary "airflow-database" (printf "warehouse-%s" $role)))) -}}
{{- end -}}
{{- end -}}

{{/* The Secrets a client of Kafka needs, one name a line. Takes (list $ "sink"). */}}
{{- define "podflow.kafkaSecrets" -}}
{{- $root := first . -}}
{{- $user := last . -}}
{{- $names := list (include "podflow.name" (list $root (printf "kafka-%s" $user))) -}}
{{- if $root.Values.kafka.enabled -}}
{{- $names = append $names (include "podflow.kafka.passwordSecret" .) -}}
{{- else if not $root.Values.externalKafka.bootstrapServers -}}
{{- fail "kafka.enabled is false: say in externalKafka.bootstrapServers where the brokers are" -}}
{{- else if hasPrefix "SASL" $root.Values.externalKafka.securityProtocol -}}
{{- $missing := printf "externalKafka: name the Secret with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD in externalKafka.existingSecrets.%s" $user -}}
{{- $names = append $names (required $missing (index $root.Values.externalKafka.existingSecrets $user)) -}}
{{- end -}}
{{- $names | uniq | join "\n" -}}
{{- end -}}

{{/* The Secret with the object store's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */}}
{{- define "podflow.objectStoreSecret" -}}
{{- $own := include "podflow.name" (list . "landing") -}}
{{- if .Values.objectStore.enabled -}}
{{- .Values.objectStore.existingSecret | default $own -}}
{{- else -}}
{{- required "objectStore.enabled is false: name the Secret with the AWS_* settings in objectStore.existingSecret" .Values.objectStore.existingSecret -}}
{{- end -}}
{{- end -}}

{{- define "podflow.airflowSecret" -}}
{{- .Values.airflow.existingSecret | default (include "podflow.name" (list . "airflow")) -}}
{{- end -}}

{{- define "podflow.adminSecret" -}}
{{- .Values.airflow.admin.existingSecret | default (include "podflow.name" (list . "airflow-admin")) -}}
{{- end -}}

{{- define "podflow.connectionsSecret" -}}
{{- .Values.connectionsSecret | default (include "podflow.name" (list . "connections")) -}}
{{- end -}}

{{/* The Secrets a pod needs to reach the landing zone, one name a line. */}}
{{- define "podflow.landingSecrets" -}}
{{- list (include "podflow.name" (list . "landing")) (include "podflow.objectStoreSecret" .) | uniq | join "\n" -}}
{{- end -}}

{{/* The same as entries of envFrom. */}}
{{- define "podflow.landingEnvironment" -}}
{{- range include "podflow.landingSecrets" . | splitList "\n" }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end -}}
