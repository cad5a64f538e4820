{{/*
Environment of every Airflow container: the settings, the keys, the metadata database. Takes (dict "root" $) and a list of
further "environment".
*/}}
{{- define "podflow.airflow.environment" -}}
envFrom:
  - configMapRef:
      name: {{ include "podflow.name" (list .root "airflow-config") }}
  - secretRef:
      name: {{ include "podflow.airflowSecret" .root }}
  - secretRef:
      name: {{ include "podflow.databaseSecret" (list .root "airflow") }}
  {{- range .root.Values.airflow.environmentSecrets }}
  - secretRef:
      name: {{ . }}
  {{- end }}
{{- with .environment }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An Airflow container's mounts: its own, then those of the values. Takes (dict "root" $), and a list of "mounts". */}}
{{- define "podflow.airflow.mounts" -}}
{{- with concat (.mounts | default list) .root.Values.airflow.volumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An Airflow pod's volumes: its own, then those of the values. Takes (dict "root" $), and a list of "volumes". */}}
{{- define "podflow.airflow.volumes" -}}
{{- with concat (.volumes | default list) .root.Values.airflow.volumes }}
volumes:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
A container that runs an `airflow` command and ends.
Takes (dict "root" $ "name" "migrate" "arguments" (list "db" "migrate")), and lists of further "environment" and "mounts".
*/}}
{{- define "podflow.airflow.command" -}}
name: {{ .name }}
{{ include "podflow.containerImage" (list .root "airflow") }}
{{ include "podflow.containerSecurity" false }}
command: {{ prepend .arguments "airflow" | toJson }}
{{ include "podflow.airflow.environment" . }}
resources:
  {{- toYaml .root.Values.airflow.jobs.resources | nindent 2 }}
{{- include "podflow.airflow.mounts" . }}
{{- end -}}

{{/* The first user, as ADMIN_USERNAME and ADMIN_PASSWORD. */}}
{{- define "podflow.airflow.adminEnvironment" -}}
{{- range $key := list "username" "password" }}
- name: ADMIN_{{ upper $key }}
  valueFrom:
    secretKeyRef:
      name: {{ include "podflow.adminSecret" $ }}
      key: {{ $key }}
{{- end }}
{{- end -}}

{{/* Waits until the metadata database has the schema of this image. */}}
{{- define "podflow.airflow.awaitMigrations" -}}
{{- include "podflow.airflow.command" (dict "root" . "name" "await-migrations"
    "arguments" (list "db" "check-migrations" "--migration-wait-timeout" "300")) -}}
{{- end -}}

{{/*
A long-running component's container, up to ports and probes. Takes (dict "root" $ "component" "scheduler"
"values" .Values.airflow.scheduler), and lists of further "environment" and "mounts".
*/}}
{{- define "podflow.airflow.component" -}}
{{- $tasks := dict "name" "PODFLOW_TASKS_FILE" "value" "/opt/podflow/tasks.json" -}}
name: {{ .component }}
{{ include "podflow.containerImage" (list .root "airflow") }}
{{ include "podflow.containerSecurity" false }}
command: [airflow, {{ .component }}]
{{ include "podflow.airflow.environment" (dict "root" .root "environment" (append (.environment | default list) $tasks)) }}
resources:
  {{- toYaml .values.resources | nindent 2 }}
{{- include "podflow.airflow.mounts" . }}
{{- end -}}

{{/* Tells airflow_local_settings (images/airflow) that this component forks processes that run DAG code. */}}
{{- define "podflow.airflow.preload" -}}
- name: PODFLOW_PRELOAD
  value: "true"
{{- end -}}

{{/* The annotations that restart a component which runs DAG code when its settings change. */}}
{{- define "podflow.airflow.checksums" -}}
checksum/config: {{ include "podflow.checksum" (list . "airflow/config.yaml") }}
checksum/tasks: {{ include "podflow.checksum" (list . "tasks/config.yaml") }}
{{- end -}}

{{/* Probes of a component without a port, by its heartbeats. Takes its name in the api-server's health report. */}}
{{- define "podflow.airflow.heartbeatProbes" -}}
startupProbe:
  exec:
    command: [python, -I, /etc/podflow/airflow/heartbeat.py, {{ . }}, started]
  periodSeconds: 3
  timeoutSeconds: 10
  failureThreshold: 200
livenessProbe:
  exec:
    command: [python, -I, /etc/podflow/airflow/heartbeat.py, {{ . }}, alive]
  periodSeconds: 30
  timeoutSeconds: 10
  failureThreshold: 5
{{- end -}}

{{/* What a component that runs DAG code reads: the settings of tasks, and the script of the probes. A list of mounts. */}}
{{- define "podflow.airflow.taskMounts" -}}
- name: tasks
  mountPath: /opt/podflow
- name: probe
  mountPath: /etc/podflow/airflow
{{- end -}}

{{- define "podflow.airflow.taskVolumes" -}}
- name: tasks
  configMap:
    name: {{ include "podflow.name" (list . "tasks") }}
- name: probe
  configMap:
    name: {{ include "podflow.name" (list . "airflow-probe") }}
{{- end -}}
