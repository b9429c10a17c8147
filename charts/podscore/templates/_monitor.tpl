{{/* What a ServiceMonitor and a PodMonitor have in common: root, values, endpoints (the name of that list). */}}
{{- define "podscore.monitorSpec" -}}
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
  interval: {{ . }}
  {{- end }}
  {{- with .values.scrapeTimeout }}
  scrapeTimeout: {{ . }}
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
  - {{ include "podscore.namespace" .root }}
selector:
  matchLabels:
    {{- include "podscore.selectorLabels" .root | nindent 4 }}
{{- with .values.spec }}
{{ toYaml . }}
{{- end }}
{{- end }}
