{{/*
What every pod of the platform starts with: no service account token, no environment from other services,
Pod Security `restricted`, and where the values say it may run.
Takes (dict "root" $ "user" 1000 "token" true "serviceAccount" "name" "affinity" (dict ...)); all after user are optional,
and an affinity holds where the values say nothing of its kind.
*/}}
{{- define "podflow.podSpec" -}}
{{- $root := .root -}}
automountServiceAccountToken: {{ .token | default false }}
{{- with .serviceAccount }}
serviceAccountName: {{ . }}
{{- end }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $root.Values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with merge (deepCopy $root.Values.scheduling.affinity) (.affinity | default dict) }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.scheduling.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* The security context of every container. Takes whether the root file system is read-only. */}}
{{- define "podflow.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: {{ . }}
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* The part of a volume claim that comes from a component's `persistence` values. */}}
{{- define "podflow.claimSpec" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}

{{/* A ConfigMap's data: one key a file of files/<folder>/. Takes (list $ "postgres"). */}}
{{- define "podflow.files" -}}
{{ ((first .).Files.Glob (printf "files/%s/*" (last .))).AsConfig }}
{{- end -}}

{{/*
The checksum of what a ConfigMap of this chart holds, without its labels: the chart's next version is no reason to restart.
Takes (list $ "postgres/config.yaml").
*/}}
{{- define "podflow.checksum" -}}
{{- $root := first . -}}
{{- (include (printf "%s/%s" $root.Template.BasePath (last .)) $root | fromYaml).data | toJson | sha256sum -}}
{{- end -}}
