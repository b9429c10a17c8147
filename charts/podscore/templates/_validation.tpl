{{/* What the schema cannot say: values that exclude or need each other. */}}
{{- define "podscore.validate" -}}
{{- $v := .Values }}
{{- if gt (int $v.shards) 1 }}
{{- if not (has (int $v.replicas) (list 1 2)) }}
{{- fail (printf "replicas (%d) and shards (%d) exclude each other: every shard has one pod; leave replicas out" (int $v.replicas) (int $v.shards)) }}
{{- end }}
{{- if $v.namespaces }}
{{- fail "namespaces and shards exclude each other: install podscore once for every part of the namespaces instead" }}
{{- end }}
{{- end }}
{{- if and (not $v.leaderElection.enabled) (gt (int $v.replicas) 1) (eq (int $v.shards) 1) }}
{{- fail (printf "leaderElection.enabled is false and replicas is %d: each would report, and count, every pod; set replicas to 1, or leaderElection.enabled to true" (int $v.replicas)) }}
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
{{- if and $v.podMonitor.enabled $v.metrics.secure (not $v.podMonitor.authorization) }}
{{- fail "podMonitor.enabled with metrics.secure needs podMonitor.authorization, such as {credentials: {name: token, key: token}}: a PodMonitor cannot use the token of Prometheus' own ServiceAccount; give it one in a Secret, or take serviceMonitor" }}
{{- end }}
{{- $certificate := $v.metrics.certificate }}
{{- if and (not $v.metrics.secure) $certificate.secretName }}
{{- fail "metrics.certificate.secretName without metrics.secure: plain HTTP has no use for a certificate; leave one of the two out" }}
{{- end }}
{{- if and (not $v.metrics.secure) (or $certificate.certManager.enabled $certificate.openShift $v.metrics.tokenAudiences) }}
{{- fail "metrics.certificate and metrics.tokenAudiences need metrics.secure: in plain HTTP nobody is asked for a token, and nothing is encrypted; leave them out, or metrics.secure: false" }}
{{- end }}
{{- if and $certificate.certManager.enabled $certificate.openShift }}
{{- fail "metrics.certificate.certManager.enabled and openShift exclude each other: both would write the Secret; set one of them to false" }}
{{- end }}
{{- if and $certificate.certManager.enabled (not ($certificate.certManager.issuerRef | default dict).name) }}
{{- fail "metrics.certificate.certManager.enabled needs issuerRef, such as {name: internal, kind: ClusterIssuer}: name the issuer of yours that signs the certificate" }}
{{- end }}
{{- if and $certificate.openShift (not $v.service.enabled) }}
{{- fail "metrics.certificate.openShift needs service.enabled: OpenShift makes certificates for Services; set it to true, or take certManager" }}
{{- end }}
{{- if and $v.rbac.metricsReaders (not (and $v.metrics.secure $v.rbac.create)) }}
{{- fail "rbac.metricsReaders needs metrics.secure, without which nobody is asked for a right, and rbac.create" }}
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
