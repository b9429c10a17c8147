{{/* The names, labels and annotations of every object. */}}

{{- define "podscore.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters: a StatefulSet adds 11 of its own to a label of its pods. */}}
{{- define "podscore.fullname" -}}
{{- $name := include "podscore.name" . }}
{{- if contains $name .Release.Name }}{{ $name = .Release.Name }}{{ else }}{{ $name = printf "%s-%s" .Release.Name $name }}{{ end }}
{{- .Values.fullnameOverride | default $name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "podscore.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{- define "podscore.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "podscore.fullname" .) "default") }}
{{- end }}

{{/*
A name outside the installation's own namespace, where another installation may
have the same: root, name. The one that README.md installs keeps the plain names;
all others get a dot, which no name of that one has, and the namespace.
*/}}
{{- define "podscore.unique" -}}
{{- $namespace := include "podscore.namespace" (index . 0) }}
{{- index . 1 }}
{{- if or (ne $namespace "podscore") (ne (include "podscore.fullname" (index . 0)) "podscore") }}.{{ $namespace }}{{ end }}
{{- end }}

{{- define "podscore.selectorLabels" -}}
{{- dict "app.kubernetes.io/name" (include "podscore.name" .) "app.kubernetes.io/instance" .Release.Name | toYaml }}
{{- end }}

{{/*
The labels of an object or a pod: root, and further labels. The selected ones
cannot be changed. A pod has none that changes with the chart alone.
*/}}
{{- define "podscore.labels" -}}
{{- $selected := include "podscore.selectorLabels" .root | fromYaml }}
{{- $own := dict "app.kubernetes.io/part-of" "podscore" }}
{{- if not .pod }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service }}
{{- $_ := set $own "app.kubernetes.io/version" (.root.Chart.AppVersion | replace "+" "_" | trunc 63) }}
{{- end }}
{{- mergeOverwrite $own .root.Values.commonLabels (.labels | default dict) $selected | toYaml }}
{{- end }}

{{/* The metadata of an object: root, and where they are not the usual ones name, namespace, cluster, labels, annotations. */}}
{{- define "podscore.metadata" -}}
{{- $name := .name | default (include "podscore.fullname" .root) }}
{{- $own := include "podscore.namespace" .root }}
{{- $namespace := .namespace | default $own }}
{{- if or .cluster (ne $namespace $own) }}
{{- $name = include "podscore.unique" (list .root $name) }}
{{- end -}}
name: {{ toYaml $name }}
{{- if not .cluster }}
namespace: {{ toYaml $namespace }}
{{- end }}
labels:
  {{- include "podscore.labels" . | nindent 2 }}
{{- with mergeOverwrite (dict) .root.Values.commonAnnotations (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The name of a dashboard's object: root, path. */}}
{{- define "podscore.dashboardName" -}}
{{- printf "%s-dashboard-%s" (include "podscore.fullname" (index . 0)) (base (index . 1) | trimSuffix ".json") }}
{{- end }}

{{/* The annotations by which some Prometheus find what to scrape: root, port. */}}
{{- define "podscore.scrapeAnnotations" -}}
prometheus.io/scrape: "true"
prometheus.io/scheme: {{ (index . 0).Values.metrics.secure | ternary "https" "http" }}
prometheus.io/port: {{ index . 1 | quote }}
prometheus.io/path: /metrics
{{- end }}

{{/* The name of the Lease; of several shards each puts its number after it. */}}
{{- define "podscore.lease" -}}
{{- .Values.leaderElection.resourceName | default (include "podscore.fullname" .) }}
{{- end }}
