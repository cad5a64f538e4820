{{/* A Service's type and its one port, with a node port where the values give one. */}}
{{- define "podflow.servicePort" -}}
type: {{ .service.type }}
ports:
  - name: {{ .name }}
    port: {{ .port }}
    targetPort: {{ .name }}
    {{- if and .service.nodePort (ne .service.type "ClusterIP") }}
    nodePort: {{ .service.nodePort }}
    {{- end }}
{{- end -}}
