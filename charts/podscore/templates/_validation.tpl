{{/* What the schema cannot say: values that exclude or need each other. */}}
{{- define "podscore.validate" -}}
{{- $v := .Values }}
{{- include "podscore.validateImage" . }}
{{- include "podscore.validateMemory" . }}
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
{{- if and $v.rbac.metricsReaders (not $v.rbac.create) }}
{{- fail "rbac.metricsReaders needs rbac.create: set it to true, or leave rbac.metricsReaders out and bind the rights yourself" }}
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
{{- include "podscore.validateNamespaces" . }}
{{- include "podscore.validateConfiguration" . }}
{{- include "podscore.validateDurations" . }}
{{- include "podscore.validateExtras" . }}
{{- include "podscore.validateBudget" . }}
{{- end }}

{{/*
The image's name. Nobody publishes podscore's image in a public registry: a name
that the container runtime looks up there could be anybody's.
*/}}
{{- define "podscore.validateImage" -}}
{{- $image := .Values.image }}
{{- $registry := trimSuffix "/" $image.registry }}
{{- $host := `^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?|[A-Za-z0-9-]+:[0-9]+|localhost|\[[0-9a-fA-F:]+\](:[0-9]+)?)$` }}
{{- if regexMatch "[:@]" (splitList "/" $image.repository | last) }}
{{- fail (printf "image.repository (%s) has a tag or a digest in it: set image.tag or image.digest instead" $image.repository) }}
{{- end }}
{{- if and $registry (not (regexMatch $host (splitList "/" $registry | first))) }}
{{- fail (printf "image.registry (%s) does not begin with a registry's host, such as registry.example.com or localhost:5000: a container runtime would look for it in a public registry; put the host before it" $image.registry) }}
{{- end }}
{{- if hasSuffix (printf "/%s" $image.repository) $registry }}
{{- fail (printf "image.registry (%s) ends with image.repository (%s), which would then be in the image's name twice: take it out of image.registry; if it is meant, put both into image.repository" $image.registry $image.repository) }}
{{- end }}
{{- if and $registry (hasPrefix (printf "%s/" $registry) $image.repository) }}
{{- fail (printf "image.repository (%s) begins with image.registry (%s), which would then be in the image's name twice: take it out of image.repository" $image.repository $image.registry) }}
{{- end }}
{{- if not (or $registry $image.digest (and (contains "/" $image.repository) (regexMatch $host (splitList "/" $image.repository | first)))) }}
{{- fail "image.registry is empty, and podscore's image is in no public registry: build it and push it to yours (make image IMAGE=registry.example.com/podscore:v0.1.0), and set image.registry=registry.example.com, or image.digest" }}
{{- end }}
{{- end }}

{{/* Patterns of namespaces. A regular expression with a mistake fails here, where Prometheus would take none of the rules. */}}
{{- define "podscore.validateNamespaces" -}}
{{- range .Values.exemptNamespaces }}
{{- if regexMatch `^\*+$` . }}
{{- fail (printf "exemptNamespaces has %s, which is every namespace: name those that are exempt" .) }}
{{- end }}
{{- end }}
{{- range $names, $ratio := .Values.prometheusRule.namespaceRatios }}
{{- $valid := mustRegexMatch $names "" }}
{{- end }}
{{- end }}

{{/* A memory limit in which podscore cannot work. docs/benchmarks.md has what 5,000 pods take. */}}
{{- define "podscore.validateMemory" -}}
{{- $limit := ((.Values.resources | default dict).limits | default dict).memory | default "" | toString }}
{{- $units := dict "" 1 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1.1e12 "Pi" 1.2e15 "Ei" 1.2e18 }}
{{- $unit := regexFind "[A-Za-z]*$" $limit }}
{{- if and $limit (hasKey $units $unit) }}
{{- if lt (mulf (trimSuffix $unit $limit | float64) (get $units $unit | float64)) 50331648.0 }}
{{- fail (printf "resources.limits.memory (%s) is less than 48Mi: podscore would run out of memory, or do nothing but collect garbage; the chart's README has a table of what so many pods take" $limit) }}
{{- end }}
{{- end }}
{{- end }}

{{/* How many pods there are. */}}
{{- define "podscore.pods" -}}
{{- gt (int .Values.shards) 1 | ternary (int .Values.shards) (int .Values.replicas) }}
{{- end }}

{{/* A duration, Go's or Prometheus', in milliseconds; 0 of an empty one. */}}
{{- define "podscore.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 "w" 604800000 "y" 31536000000 }}
{{- $sum := 0.0 }}
{{- range regexFindAll "[0-9.]+[a-z]+" . -1 }}
{{- $sum = addf $sum (mulf (regexFind "[0-9.]+" . | float64) (get $units (regexFind "[a-z]+" .) | float64)) }}
{{- end }}
{{- $sum }}
{{- end }}

{{/* What podscore would refuse when it starts, and alerts that could never fire. */}}
{{- define "podscore.validateDurations" -}}
{{- $v := .Values }}
{{- $lease := include "podscore.milliseconds" $v.leaderElection.leaseDuration | float64 }}
{{- $renew := include "podscore.milliseconds" $v.leaderElection.renewDeadline | float64 }}
{{- $retry := include "podscore.milliseconds" $v.leaderElection.retryPeriod | float64 }}
{{- if $v.leaderElection.enabled }}
{{- if lt $lease 1000.0 }}
{{- fail (printf "leaderElection.leaseDuration (%s) is less than 1s" $v.leaderElection.leaseDuration) }}
{{- end }}
{{- if ge $renew $lease }}
{{- fail (printf "leaderElection.renewDeadline (%s) is not less than leaderElection.leaseDuration (%s): two replicas could report at once; lower the one or raise the other" $v.leaderElection.renewDeadline $v.leaderElection.leaseDuration) }}
{{- end }}
{{- if or (le $retry 0.0) (lt $renew (mulf 2 $retry)) }}
{{- fail (printf "leaderElection.retryPeriod (%s) is not between 0 and half of leaderElection.renewDeadline (%s)" $v.leaderElection.retryPeriod $v.leaderElection.renewDeadline) }}
{{- end }}
{{- end }}
{{- $interval := include "podscore.milliseconds" $v.scrapeInterval | float64 }}
{{- if or (lt $interval 1000.0) (gt $interval 3600000.0) }}
{{- fail (printf "scrapeInterval (%s) is not between 1s and 1h" $v.scrapeInterval) }}
{{- end }}
{{- if lt (include "podscore.milliseconds" $v.watchStalledAfter | float64) 90000.0 }}
{{- fail (printf "watchStalledAfter (%s) is less than 90s: on a quiet watch the API server sends something once a minute only, and podscore would take that for a fault; set it to 90s or more" $v.watchStalledAfter) }}
{{- end }}
{{- range $name, $monitor := dict "serviceMonitor" $v.serviceMonitor "podMonitor" $v.podMonitor }}
{{- if and $monitor.interval $monitor.scrapeTimeout (gt (include "podscore.milliseconds" $monitor.scrapeTimeout | float64) (include "podscore.milliseconds" $monitor.interval | float64)) }}
{{- fail (printf "%s.scrapeTimeout (%s) is longer than %s.interval (%s): Prometheus takes no such job; lower the one or raise the other" $name $monitor.scrapeTimeout $name $monitor.interval) }}
{{- end }}
{{- end }}
{{- range $name, $alert := $v.prometheusRule.alerts }}
{{- if and $alert (hasKey $alert "minutes") (hasKey $alert "within") }}
{{- if le (include "podscore.milliseconds" $alert.within | float64) (mulf 60000 $alert.minutes) }}
{{- fail (printf "prometheusRule.alerts.%s.within (%s) is not longer than its minutes (%d): it could never fire" $name $alert.within (int $alert.minutes)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Flags and variables that would go around what is checked above. */}}
{{- define "podscore.validateExtras" -}}
{{- $own := .Files.Get "flags.yaml" | fromYaml }}
{{- range .Values.extraArgs }}
{{- $flag := trimPrefix "--" . | splitList "=" | first }}
{{- with get $own $flag }}
{{- fail (printf "extraArgs has --%s: set %s instead" $flag .) }}
{{- end }}
{{- if not (regexMatch "^--[a-z0-9]" .) }}
{{- fail (printf "extraArgs has %s: podscore's flags begin with two dashes, such as --flag=value" .) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if and (eq (toString .name) "POD_NAME") (gt (int $.Values.shards) 1) }}
{{- fail "extraEnv has POD_NAME, from which a shard knows its number: leave it out" }}
{{- end }}
{{- end }}
{{- if and (not .Values.leaderElection.enabled) (eq (int .Values.shards) 1) (eq ((.Values.updateStrategy | default dict).type | default "Recreate") "RollingUpdate") }}
{{- fail "updateStrategy.type RollingUpdate without leaderElection.enabled: while one pod takes another's place both report, and count, every pod; leave updateStrategy out" }}
{{- end }}
{{- end }}

{{/* A PodDisruptionBudget that lets no pod go holds up every drain. Percentages are rounded up, as Kubernetes does. */}}
{{- define "podscore.validateBudget" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- $pods := include "podscore.pods" . | int }}
{{- if and $budget.enabled (gt $pods 1) }}
{{- $min := toString $budget.minAvailable }}
{{- $stay := hasSuffix "%" $min | ternary (divf (mulf (trimSuffix "%" $min | float64) $pods) 100 | ceil) ($min | float64) }}
{{- if ge $stay (float64 $pods) }}
{{- fail (printf "podDisruptionBudget.minAvailable (%s) asks for every one of %d pods: no node that has one could be drained; lower it, or set podDisruptionBudget.enabled to false" $min $pods) }}
{{- end }}
{{- if has (toString $budget.maxUnavailable | trimSuffix "%") (list "0" "00") }}
{{- fail "podDisruptionBudget.maxUnavailable is 0: no node that has one of the pods could be drained; raise it, or set podDisruptionBudget.enabled to false" }}
{{- end }}
{{- end }}
{{- end }}
