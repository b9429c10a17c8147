{{/* What is allowed and yet hardly meant, at the end of the notes. */}}
{{- define "podscore.warnings" -}}
{{- $v := .Values }}
{{- $monitored := or $v.serviceMonitor.enabled $v.podMonitor.enabled }}
{{- $warnings := list }}
{{- if eq (int $v.replicas) 0 }}
{{- $warnings = append $warnings "replicas is 0: nothing runs, and PodscoreDown will fire." }}
{{- end }}
{{- if not $v.metrics.secure }}
{{- $warnings = append $warnings "metrics.secure is false: whoever reaches the port can read which workloads are weak, and how." }}
{{- end }}
{{- if and $v.metrics.secure (or $v.service.scrapeAnnotations $v.podScrapeAnnotations) }}
{{- $warnings = append $warnings "with scrape annotations a scrape job must send a token (authorization.credentials_file), which few do by themselves; without it every scrape is refused." }}
{{- end }}
{{- $monitor := $v.serviceMonitor.enabled | ternary $v.serviceMonitor $v.podMonitor }}
{{- if and $monitored (include "podscore.certificateSecret" .) (contains "insecureSkipVerify" (include "podscore.tlsConfig" (dict "root" . "values" $monitor))) }}
{{- $warnings = append $warnings "there is a certificate, and Prometheus does not verify it, because its Secret is in another namespace than the monitor: set the monitor's tlsConfig." }}
{{- end }}
{{- if and $v.serviceMonitor.enabled $v.metrics.secure (not $v.metrics.tokenAudiences) (not $v.serviceMonitor.authorization) (contains "insecureSkipVerify: true" (include "podscore.tlsConfig" (dict "root" . "values" $v.serviceMonitor))) }}
{{- $warnings = append $warnings "Prometheus sends its own token, which is good for the API server too, to whoever answers in podscore's place: have it verify a certificate (metrics.certificate), or send one for podscore alone (metrics.tokenAudiences)." }}
{{- end }}
{{- if and $v.metrics.tokenAudiences $v.serviceMonitor.enabled (not $v.serviceMonitor.authorization) }}
{{- $warnings = append $warnings (printf "Prometheus needs a token for the audience %s in %s: mount one, as https://github.com/podscore/podscore/blob/%s/docs/operating.md#a-token-for-podscore-alone shows." (first $v.metrics.tokenAudiences) ($v.serviceMonitor.bearerTokenFile | default "/var/run/secrets/podscore/token") .Chart.AppVersion) }}
{{- end }}
{{- if and $monitored (gt (include "podscore.milliseconds" $monitor.interval | float64) (include "podscore.milliseconds" $v.scrapeInterval | float64)) }}
{{- $warnings = append $warnings (printf "the monitor's interval (%s) is longer than scrapeInterval (%s): Prometheus may never see the 0 of a new counter, and then misses what it counts first. Set scrapeInterval to the interval of the slowest Prometheus." $monitor.interval $v.scrapeInterval) }}
{{- end }}
{{- if and $monitored (or $v.service.scrapeAnnotations $v.podScrapeAnnotations) }}
{{- $warnings = append $warnings "there are scrape annotations beside a monitor: a Prometheus that uses both scrapes twice." }}
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
