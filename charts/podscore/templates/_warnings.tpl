{{/* What is allowed and yet hardly meant, at the end of the notes. */}}
{{- define "podscore.warnings" -}}
{{- $v := .Values }}
{{- $pods := max (int $v.replicas) (int $v.shards) }}
{{- $monitored := or $v.serviceMonitor.enabled $v.podMonitor.enabled }}
{{- $warnings := list }}
{{- if eq (int $v.replicas) 0 }}
{{- $warnings = append $warnings "replicas is 0: nothing runs, and PodscoreDown will fire." }}
{{- end }}
{{- if gt (int $v.replicas) 1 }}
{{- $warnings = append $warnings (printf "each of the %d replicas exposes all series: your own queries have to take the max over them, as the shipped rules do." (int $v.replicas)) }}
{{- end }}
{{- if and $monitored (or $v.service.scrapeAnnotations $v.podScrapeAnnotations) }}
{{- $warnings = append $warnings "there are scrape annotations beside a monitor: a Prometheus that goes by both scrapes twice." }}
{{- end }}
{{- if and (or $v.prometheusRule.enabled $v.rulesConfigMap.enabled) (not $v.prometheusRule.recordingRules) }}
{{- $warnings = append $warnings "prometheusRule.recordingRules is false: without them PodscoreNamespaceComplianceLow and PodscoreComplianceRegression never fire." }}
{{- end }}
{{- if not $v.rbac.create }}
{{- $warnings = append $warnings (printf "rbac.create is false: the ServiceAccount %s needs list and watch on pods%s." (include "podscore.serviceAccountName" .) (empty $v.namespaces | ternary " and namespaces" "")) }}
{{- end }}
{{- if eq (include "podscore.serviceAccountName" .) "default" }}
{{- $warnings = append $warnings "podscore runs as the ServiceAccount default: what it may do, every pod of the namespace may that names no other." }}
{{- end }}
{{- if and $v.podDisruptionBudget.enabled (has (toString $v.podDisruptionBudget.minAvailable) (list (toString $pods) "100%")) }}
{{- $warnings = append $warnings "podDisruptionBudget.minAvailable asks for every pod: no node that has one can be drained." }}
{{- end }}
{{- if hasKey (($v.resources | default dict).limits | default dict) "cpu" }}
{{- $warnings = append $warnings "resources.limits.cpu is set: throttled at the start, podscore is ready later." }}
{{- end }}
{{- range $warnings }}

WARNING: {{ . }}
{{- end }}
{{- end }}
