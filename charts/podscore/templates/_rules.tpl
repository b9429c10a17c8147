{{/* The rules, the same in a PrometheusRule and in a ConfigMap. */}}

{{/* All groups, with the values in their places. */}}
{{- define "podscore.ruleGroups" -}}
groups:
{{- range $file := ternary (list "recording" "compliance" "exemptions" "self") (list "compliance" "exemptions" "self") .Values.prometheusRule.recordingRules }}
{{- $group := $.Files.Get (printf "rules/%s.yaml" $file) | fromYaml }}
{{- with $group.Error }}{{ fail (printf "rules/%s.yaml is no YAML: %s" $file .) }}{{ end }}
{{- $rules := list }}
{{- range $rule := $group.rules }}
{{- if or $rule.record (include "podscore.alert" (dict "root" $ "name" $rule.alert) | fromYaml).enabled }}
{{- $rules = append $rules $rule }}
{{- end }}
{{- end }}
{{- if $rules }}
- name: {{ $group.name }}
  {{- with $.Values.prometheusRule.interval | default $group.interval }}
  interval: {{ . | quote }}
  {{- end }}
  rules:
  {{- range $rules }}
  {{- if eq (.alert | default "") "PodscoreNamespaceComplianceLow" }}
  {{- include "podscore.rulesByNamespace" (dict "root" $ "rule" .) | nindent 2 }}
  {{- else }}
  {{- include "podscore.rule" (dict "root" $ "rule" .) | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The values of an alert: root, name. */}}
{{- define "podscore.alert" -}}
{{- index .root.Values.prometheusRule.alerts .name | required (printf "prometheusRule.alerts.%s is missing: to switch it off, set its enabled to false" .name) | toYaml }}
{{- end }}

{{/* A rule with a ratio of its own for some namespaces: root, rule. The rule itself is for all others. */}}
{{- define "podscore.rulesByNamespace" -}}
{{- $taken := list }}
{{- $rules := list }}
{{- range $names, $ratio := .root.Values.prometheusRule.namespaceRatios }}
{{- $others := empty $taken | ternary "" (printf ",namespace!~%q" (join "|" $taken)) }}
{{- $rules = append $rules (include "podscore.rule" (merge (dict "values" (dict "ratio" $ratio "namespaces" (printf "{namespace=~%q%s}" $names $others)) "labels" (dict "ratio" (toString $ratio))) $)) }}
{{- $taken = append $taken $names }}
{{- end }}
{{- $others := empty $taken | ternary "" (printf "{namespace!~%q}" (join "|" $taken)) }}
{{- append $rules (include "podscore.rule" (merge (dict "values" (dict "namespaces" $others)) .)) | join "\n" }}
{{- end }}

{{/* One rule: root, rule, and values and labels of its own. Its fields in the order in which one reads them, and no text wrapped. */}}
{{- define "podscore.rule" -}}
{{- $rule := .rule }}
{{- if $rule.alert }}{{ $rule = include "podscore.alertRule" . | fromJson }}{{ end }}
{{- $kind := hasKey $rule "alert" | ternary "alert" "record" -}}
- {{ $kind }}: {{ index $rule $kind }}
  expr: |
    {{- $rule.expr | trim | nindent 4 }}
{{- with pick $rule "for" "keep_firing_for" }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $rule.labels }}
  labels:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- with $rule.annotations }}
  annotations:
  {{- with $.root.Values.prometheusRule.grafanaURL }}
    dashboard_url: '{{ trimSuffix "/" . }}/d/{{ include "podscore.dashboardOf" $rule }}'
  {{- end }}
  {{- range $name, $text := . }}
    {{ $name }}: '{{ $text | replace "'" "''" }}'
  {{- end }}
{{- end }}
{{- end }}

{{/*
An alert's rule with its values, as JSON: there every text is quoted, so that no
value can change what is around it. Numbers are written as JSON does, 2592000
and not 2.592e+06.
*/}}
{{- define "podscore.alertRule" -}}
{{- $name := .rule.alert }}
{{- $values := include "podscore.alert" (dict "root" .root "name" $name) | fromYaml }}
{{- $values = mergeOverwrite $values (.values | default dict) }}
{{- $runbooks := .root.Values.prometheusRule.runbookURL | default (printf "https://github.com/podscore/podscore/blob/%s/docs/runbooks" .root.Chart.AppVersion) }}
{{- $_ := set $values "runbookURL" (trimSuffix "/" $runbooks) }}
{{- $labels := mergeOverwrite (dict) .root.Values.prometheusRule.additionalRuleLabels .rule.labels (.labels | default dict) }}
{{- $text := set (omit .rule) "labels" $labels | toJson }}
{{- range $placeholder, $value := omit $values "enabled" }}
{{- $text = replace (printf "${%s}" $placeholder) (toJson $value | trimPrefix "\"" | trimSuffix "\"") $text }}
{{- end }}
{{- with regexFind `\$\{[^}]*\}?` $text }}{{ fail (printf "the rule of %s needs a value for %s, and prometheusRule.alerts.%s has none" $name . $name) }}{{ end }}
{{- $text }}
{{- end }}

{{/*
Where the dashboard for an alert is: that of its namespace, where its summary names
one without asking whether there is one. Alerts about podscore itself ask.
*/}}
{{- define "podscore.dashboardOf" -}}
{{- if contains "{{ $labels.namespace }}" .annotations.summary -}}
podscore-namespace?var-namespace={{ "{{" }} $labels.namespace }}{{ "{{" }} with $labels.cluster }}&var-cluster={{ "{{" }} . }}{{ "{{" }} end }}
{{- else -}}
podscore-self{{ "{{" }} with $labels.cluster }}?var-cluster={{ "{{" }} . }}{{ "{{" }} end }}
{{- end }}
{{- end }}
