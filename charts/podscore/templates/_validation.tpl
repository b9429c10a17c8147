{{/* What the schema cannot say: values that exclude or need each other. */}}
{{- define "podscore.validate" -}}
{{- $v := .Values }}
{{- if gt (int $v.shards) 1 }}
{{- if ne (int $v.replicas) 1 }}
{{- fail (printf "replicas (%d) and shards (%d) exclude each other: there are as many pods as shards; leave replicas at 1" (int $v.replicas) (int $v.shards)) }}
{{- end }}
{{- if $v.namespaces }}
{{- fail "namespaces and shards exclude each other: install podscore once for every part of the namespaces instead" }}
{{- end }}
{{- end }}
{{- $kind := gt (int $v.shards) 1 | ternary "StatefulSet" "Deployment" }}
{{- $strategy := ($v.updateStrategy | default dict).type | default "" }}
{{- if eq $strategy (eq $kind "Deployment" | ternary "OnDelete" "Recreate") }}
{{- fail (printf "updateStrategy.type %s is none of a %s's" $strategy $kind) }}
{{- end }}
{{- if and $v.serviceMonitor.enabled (not $v.service.enabled) }}
{{- fail "serviceMonitor.enabled needs service.enabled: set it to true, or take podMonitor instead" }}
{{- end }}
{{- if and $v.serviceMonitor.enabled $v.podMonitor.enabled }}
{{- fail "serviceMonitor.enabled and podMonitor.enabled would have every series scraped twice: set one of them to false" }}
{{- end }}
{{- if and $v.service.scrapeAnnotations $v.podScrapeAnnotations }}
{{- fail "service.scrapeAnnotations and podScrapeAnnotations would have every series scraped twice: set one of them to false" }}
{{- end }}
{{- if and $v.service.scrapeAnnotations (not $v.service.enabled) }}
{{- fail "service.scrapeAnnotations needs service.enabled: set it to true, or take podScrapeAnnotations instead" }}
{{- end }}
{{- if and (ne (toString $v.podDisruptionBudget.minAvailable) "") (ne (toString $v.podDisruptionBudget.maxUnavailable) "") }}
{{- fail "podDisruptionBudget.minAvailable and maxUnavailable exclude each other: set one of them" }}
{{- end }}
{{- end }}
