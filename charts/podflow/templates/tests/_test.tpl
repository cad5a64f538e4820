{{/*
A pod of `helm test` that runs one script of files/tests/.
Takes (dict "root" $ "script" "kafka_roundtrip" "image" "producer" "environment" "<env and envFrom>"), and a
"weight" above 0 for what had better run after the others.
*/}}
{{- define "podflow.test" -}}
apiVersion: v1
kind: Pod
metadata:
  {{- include "podflow.metadata" (list .root "test" (printf "test-%s" (replace "_" "-" .script))) | nindent 2 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | default 0 | quote }}
    helm.sh/hook-delete-policy: before-hook-creation # so that `helm test --logs` finds the pods
spec:
  {{- include "podflow.podSpec" (dict "root" .root "user" 1000) | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: test
      {{- include "podflow.containerImage" (list .root .image) | nindent 6 }}
      {{- include "podflow.containerSecurity" true | nindent 6 }}
      command: [python, /etc/podflow/tests/{{ .script }}.py]
      {{- .environment | nindent 6 }}
      resources:
        {{- pick .root.Values.tasks.presets.small "requests" "limits" | toYaml | nindent 8 }}
      volumeMounts:
        - name: scripts
          mountPath: /etc/podflow/tests
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: scripts
      configMap:
        name: {{ include "podflow.name" (list .root "tests") }}
    - name: tmp
      emptyDir: {}
{{- end -}}
