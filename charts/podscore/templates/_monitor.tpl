{{/* What a ServiceMonitor and a PodMonitor have in common: root, values, endpoints (the name of that list), from (that of the values). */}}
{{- define "podscore.monitorSpec" -}}
{{- range $key := list "port" "honorLabels" "scheme" "authorization" "bearerTokenFile" "tlsConfig" "interval" "scrapeTimeout" "relabelings" "metricRelabelings" }}
{{- if hasKey $.values.endpoint $key }}{{ fail (printf "%s.endpoint.%s would take the place of what the chart sets: leave it out, or set %s.%s where there is one" $.from $key $.from $key) }}{{ end }}
{{- end }}
{{- range $key := list .endpoints "namespaceSelector" "selector" }}
{{- if hasKey $.values.spec $key }}{{ fail (printf "%s.spec.%s would take the place of what the chart sets: leave it out" $.from $key) }}{{ end }}
{{- end -}}
{{ .endpoints }}:
- port: metrics
  honorLabels: true # the label namespace is the pods', not podscore's
  {{- if .root.Values.metrics.secure }}
  scheme: https
  {{- if .values.authorization }}
  authorization:
    {{- toYaml .values.authorization | nindent 4 }}
  {{- else }}
  bearerTokenFile: {{ .values.bearerTokenFile | default (empty .root.Values.metrics.tokenAudiences | ternary "/var/run/secrets/kubernetes.io/serviceaccount/token" "/var/run/secrets/podscore/token") }}
  {{- end }}
  tlsConfig:
    {{- include "podscore.tlsConfig" . | nindent 4 }}
  {{- end }}
  {{- with .values.interval }}
  interval: {{ . | quote }}
  {{- end }}
  {{- with .values.scrapeTimeout }}
  scrapeTimeout: {{ . | quote }}
  {{- end }}
  {{- with .values.relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.endpoint }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
namespaceSelector:
  matchNames:
  - {{ include "podscore.namespace" .root | toYaml }}
selector:
  matchLabels:
    {{- include "podscore.selectorLabels" .root | nindent 4 }}
{{- with .values.spec }}
{{ toYaml . }}
{{- end }}
{{- end }}
