{{/* What is allowed and yet hardly meant, at the end of the notes. */}}
{{- define "podscore.warnings" -}}
{{- $v := .Values }}
{{- $monitored := or $v.serviceMonitor.enabled $v.podMonitor.enabled }}
{{- $warnings := list }}
{{- if eq (int $v.replicas) 0 }}
{{- $warnings = append $warnings "replicas is 0: nothing runs, and PodscoreDown will fire." }}
{{- end }}
{{- if not $v.metrics.secure }}
{{- $warnings = append $warnings "metrics.secure is false: whoever reaches the port is told which workloads are weak, and how." }}
{{- end }}
{{- if and $v.metrics.secure (or $v.service.scrapeAnnotations $v.podScrapeAnnotations) }}
{{- $warnings = append $warnings "with scrape annotations a scrape job must send a token (authorization.credentials_file), which few do by themselves; without it every scrape is refused." }}
{{- end }}
{{- if and $v.metrics.certificate.secretName (or (and $v.serviceMonitor.enabled (not $v.serviceMonitor.tlsConfig)) (and $v.podMonitor.enabled (not $v.podMonitor.tlsConfig))) }}
{{- $warnings = append $warnings "there is a certificate, and Prometheus does not verify it: set the monitor's tlsConfig." }}
{{- end }}
{{- if and $monitored (or $v.service.scrapeAnnotations $v.podScrapeAnnotations) }}
{{- $warnings = append $warnings "there are scrape annotations beside a monitor: a Prometheus that goes by both scrapes twice." }}
{{- end }}
{{- if and (or $v.prometheusRule.enabled $v.rulesConfigMap.enabled) (not $v.prometheusRule.recordingRules) }}
{{- $warnings = append $warnings "prometheusRule.recordingRules is false: without them PodscoreNamespaceComplianceLow and PodscoreComplianceRegression never fire." }}
{{- end }}
{{- if not $v.rbac.create }}
{{- $warnings = append $warnings (printf "rbac.create is false: the ServiceAccount %s needs list and watch on pods%s%s%s." (include "podscore.serviceAccountName" .) (empty $v.namespaces | ternary " and namespaces" "") ($v.leaderElection.enabled | ternary "; create, get and update on leases" "") ($v.metrics.secure | ternary "; create on tokenreviews and subjectaccessreviews" "")) }}
{{- end }}
{{- if eq (include "podscore.serviceAccountName" .) "default" }}
{{- $warnings = append $warnings "podscore runs as the ServiceAccount default: what it may do, every pod of the namespace may that names no other." }}
{{- end }}
{{- if hasKey (($v.resources | default dict).limits | default dict) "cpu" }}
{{- $warnings = append $warnings "resources.limits.cpu is set: throttled at the start, podscore is ready later." }}
{{- end }}
{{- range $warnings }}

WARNING: {{ . }}
{{- end }}
{{- end }}
