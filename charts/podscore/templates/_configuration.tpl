{{/*
The configuration's files: one of the release's own, and those in ConfigMaps that
others keep. Each ConfigMap is mounted as a whole, in a directory of its own: the
kubelet then brings changes to a pod that runs, which a subPath would keep out.
*/}}

{{- define "podscore.configurationName" -}}
{{- include "podscore.fullname" . }}-configuration
{{- end }}

{{/* The release's own file, if there is one. */}}
{{- define "podscore.configuration" -}}
{{- with .Values.configuration }}
{{- merge (dict "apiVersion" "podscore.io/v1alpha1" "kind" "Configuration") . | toYaml }}
{{- end }}
{{- end }}

{{/* The ConfigMaps, as a list of volume, source, path and the flag that reads it: a team's has exemptions alone. */}}
{{- define "podscore.configurations" -}}
{{- $all := list }}
{{- if .Values.configuration }}
{{- $all = append $all (dict "volume" "configuration" "source" (dict "name" (include "podscore.configurationName" .)) "path" "/etc/podscore/configuration" "flag" "config") }}
{{- end }}
{{- range $number, $name := .Values.configurationConfigMaps }}
{{- $all = append $all (dict "volume" (printf "exemptions-%d" $number) "source" (dict "name" $name "optional" true) "path" (printf "/etc/podscore/exemptions/%s" $name) "flag" "exemptions") }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{/* What would be said twice, and what no ConfigMap holds. */}}
{{- define "podscore.validateConfiguration" -}}
{{- $v := .Values }}
{{- $given := $v.configuration | default dict }}
{{- if and (ne $v.preset "cis") (hasKey $given "preset") }}
{{- fail (printf "preset (%s) and configuration.preset (%s) exclude each other: the flag would win over the file; leave preset out" $v.preset $given.preset) }}
{{- end }}
{{- $limits := $given.limits | default dict }}
{{- if and (ne (int $v.workloadSeriesLimit) 5000) (hasKey $limits "workloadSeries") }}
{{- fail (printf "workloadSeriesLimit (%d) and configuration.limits.workloadSeries (%d) exclude each other: the flag would win over the file; leave workloadSeriesLimit out" (int $v.workloadSeriesLimit) (int $limits.workloadSeries)) }}
{{- end }}
{{- $size := include "podscore.configuration" . | len | add1 }}
{{- if gt $size 1048576 }}
{{- fail (printf "configuration has %d bytes as a file, and a ConfigMap holds 1048576 (1 MiB): move exemptions into ConfigMaps of their own, and name these in configurationConfigMaps" $size) }}
{{- end }}
{{- if and $v.configuration (has (include "podscore.configurationName" .) $v.configurationConfigMaps) }}
{{- fail (printf "configurationConfigMaps has %s, which the chart makes of configuration: every exemption in it would be there twice; give yours another name" (include "podscore.configurationName" .)) }}
{{- end }}
{{- end }}
