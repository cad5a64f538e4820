{{/*
A Job of the platform itself. Its name ends in a hash of what it runs: an upgrade that changes nothing finds it done,
one with another image makes a new one. Takes (dict "root" $ "component" "airflow-migrate" "pod" "<pod spec>"), and
as "content" what else it should run anew for.
*/}}
{{- define "podflow.job" -}}
{{- $metadata := list .root .component (printf "%s-%s" .component (print .pod .content | sha256sum | trunc 8)) -}}
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "podflow.metadata" $metadata | nindent 2 }}
spec:
  backoffLimit: 10
  template:
    metadata:
      labels:
        {{- include "podflow.podLabels" (list .root .component) | nindent 8 }}
    spec:
      {{- .pod | nindent 6 }}
{{- end -}}
