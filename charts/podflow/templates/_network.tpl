{{/*
Who may reach a component: all else is refused by the default policy. Takes (dict "root" $ "component" "kafka" "rules" ...),
each rule a dict of "ports" and either "from" (components) or "open" (everybody, for what clients outside the cluster use).
*/}}
{{- define "podflow.networkPolicy" -}}
{{- if .root.Values.networkPolicies.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "podflow.metadata" (list .root .component) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "podflow.selectorLabels" (list .root .component) | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    {{- range .rules }}
    - ports:
        {{- range .ports }}
        - port: {{ . }}
        {{- end }}
      {{- if not .open }}
      from:
        {{- range .from }}
        - podSelector:
            matchLabels:
              {{- include "podflow.selectorLabels" (list $.root .) | nindent 14 }}
        {{- end }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
