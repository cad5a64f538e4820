{{/* The reference of one of the platform's images. Takes (list $ "ingest"). */}}
{{- define "podflow.image" -}}
{{- $root := first . -}}
{{- $image := index $root.Values.images (last .) -}}
{{- $tag := $image.tag | default $root.Values.images.tag | default $root.Chart.AppVersion -}}
{{- with $root.Values.images.registry }}{{ . | trimSuffix "/" }}/{{ end -}}
{{- $image.repository }}{{ if hasPrefix "sha256:" $tag }}@{{ else }}:{{ end }}{{ $tag -}}
{{- end -}}

{{/* A container's image and pull policy. Takes (list $ "ingest"). */}}
{{- define "podflow.containerImage" -}}
image: {{ include "podflow.image" . | quote }}
imagePullPolicy: {{ (first .).Values.images.pullPolicy }}
{{- end -}}
