{{/* The Secret with the certificate for /metrics, if there is one. */}}
{{- define "podscore.certificateSecret" -}}
{{- with .Values.metrics.certificate }}
{{- if .secretName }}{{ .secretName }}
{{- else if or .certManager.enabled .openShift }}{{ include "podscore.fullname" $ }}-tls
{{- end }}
{{- end }}
{{- end }}

{{/* The name in the certificate, by which Prometheus verifies it. */}}
{{- define "podscore.serverName" -}}
{{ .Values.metrics.certificate.serverName | default (printf "%s.%s.svc" (include "podscore.fullname" .) (include "podscore.namespace" .)) }}
{{- end }}

{{/* How a monitor verifies the certificate, where it can by what the chart knows: root, values. */}}
{{- define "podscore.tlsConfig" -}}
{{- $certificate := .root.Values.metrics.certificate }}
{{- $secret := include "podscore.certificateSecret" .root }}
{{- $beside := has .values.namespace (list "" (include "podscore.namespace" .root)) }}
{{- if .values.tlsConfig }}
{{- toYaml .values.tlsConfig }}
{{- else if and $secret $certificate.openShift }}
{{- toYaml (dict "ca" (dict "configMap" (dict "name" "openshift-service-ca.crt" "key" "service-ca.crt")) "serverName" (include "podscore.serverName" .root)) }}
{{- else if and $secret (not $certificate.caName) }}
{{- toYaml (dict "serverName" (include "podscore.serverName" .root)) }}
{{- else if and $secret $beside }}
{{- toYaml (dict "ca" (dict "secret" (dict "name" $secret "key" $certificate.caName)) "serverName" (include "podscore.serverName" .root)) }}
{{- else }}
{{- toYaml (dict "insecureSkipVerify" true) }}
{{- end }}
{{- end }}
