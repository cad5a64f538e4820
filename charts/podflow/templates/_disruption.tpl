{{/*
A budget that lets a drain take one pod of a component at a time: with one replica it asks politely (an eviction,
with the pod's grace period), with more it keeps the others up. Takes (list $ "kafka").
*/}}
{{- define "podflow.podDisruptionBudget" -}}
{{- $root := first . -}}
{{- if $root.Values.podDisruptionBudgets.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "podflow.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "podflow.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end -}}
