{{/*
The name all resources start with: the release's name, and the chart's where the former does not contain it.
At most 32 characters: with the longest suffixes, a StatefulSet's name must stay within 52 and that of a Job's pod within 63.
*/}}
{{- define "podflow.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- $name = .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- $name = .Release.Name -}}
{{- else -}}
{{- $name = printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- $name | trunc 32 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of a component's resources. Takes (list $ "postgres"). */}}
{{- define "podflow.name" -}}
{{- printf "%s-%s" (include "podflow.fullname" (first .)) (last .) -}}
{{- end -}}

{{/* What a component's pods are selected by; never changes in a release's life. Takes (list $ "postgres"). */}}
{{- define "podflow.selectorLabels" -}}
app.kubernetes.io/name: {{ default (first .).Chart.Name (first .).Values.nameOverride }}
app.kubernetes.io/instance: {{ (first .).Release.Name }}
app.kubernetes.io/component: {{ last . }}
{{- end -}}

{{/*
The labels of a component's pods. Without version or chart labels: those would restart pods, or be refused by a Job,
whenever only the chart's version moves.
*/}}
{{- define "podflow.podLabels" -}}
{{ include "podflow.selectorLabels" . }}
app.kubernetes.io/part-of: podflow
{{- end -}}

{{/* The labels of every resource. Takes (list $ "postgres"). */}}
{{- define "podflow.labels" -}}
{{- $root := first . -}}
{{ include "podflow.podLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* metadata.name and metadata.labels. Takes (list $ "postgres"), or (list $ "airflow" "airflow-config") for another name. */}}
{{- define "podflow.metadata" -}}
{{- $root := first . -}}
name: {{ include "podflow.name" (list $root (last .)) }}
labels:
  {{- include "podflow.labels" (list $root (index . 1)) | nindent 2 }}
{{- end -}}
