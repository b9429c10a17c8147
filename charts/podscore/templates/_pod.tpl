{{/* The pod, the same in a Deployment and in a StatefulSet. */}}

{{- define "podscore.podTemplate" -}}
metadata:
  labels:
    {{- include "podscore.labels" (dict "root" . "pod" true "labels" .Values.podLabels) | nindent 4 }}
  {{- $scrape := .Values.podScrapeAnnotations | ternary (include "podscore.scrapeAnnotations" 8080 | fromYaml) dict }}
  {{- with mergeOverwrite $scrape .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "podscore.serviceAccountName" . }}
  automountServiceAccountToken: true
  {{- if kindIs "bool" .Values.hostUsers }}
  hostUsers: {{ .Values.hostUsers }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
  - name: podscore
    {{- include "podscore.container" . | nindent 4 }}
  {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .Values.extraVolumes }}
  volumes:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ int .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
  {{- range . }}
    {{- include "podscore.spreadConstraint" (list $ .) | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}

{{/* A constraint, of podscore's pods unless it says otherwise: root, constraint. */}}
{{- define "podscore.spreadConstraint" -}}
{{- $constraint := index . 1 }}
{{- if not (hasKey $constraint "labelSelector") }}
{{- $constraint = set (omit $constraint) "labelSelector" (dict "matchLabels" (include "podscore.selectorLabels" (index . 0) | fromYaml)) }}
{{- end }}
{{- toYaml (list $constraint) }}
{{- end }}

{{- define "podscore.container" -}}
image: {{ include "podscore.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  {{- include "podscore.args" . | nindent 2 }}
{{- if or .Values.extraEnv (gt (int .Values.shards) 1) }}
env:
{{- if gt (int .Values.shards) 1 }}
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
{{- end }}
{{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: metrics
    containerPort: 8080
  - name: probes
    containerPort: 8081
{{- include "podscore.probe" (list "livenessProbe" "/healthz" .Values.livenessProbe) }}
{{- include "podscore.probe" (list "readinessProbe" "/readyz" .Values.readinessProbe) }}
{{- include "podscore.probe" (list "startupProbe" "/healthz" .Values.startupProbe) }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "podscore.image" -}}
{{- with .Values.image.registry }}{{ trimSuffix "/" . }}/{{ end }}
{{- .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The flags; one that would say podscore's own default is left out. */}}
{{- define "podscore.args" -}}
{{- $exempt := join "," .Values.exemptNamespaces -}}
- --log-format={{ .Values.logFormat }}
{{- if ne .Values.logLevel "info" }}
- --log-level={{ .Values.logLevel }}
{{- end }}
{{- if ne .Values.preset "cis" }}
- --preset={{ .Values.preset }}
{{- end }}
{{- with .Values.namespaces }}
- --namespaces={{ join "," . }}
{{- end }}
{{- if ne $exempt "kube-system,kube-public,kube-node-lease" }}
- --exempt-namespaces={{ $exempt }}
{{- end }}
{{- if ne (int .Values.workloadSeriesLimit) 5000 }}
- --workload-series-limit={{ int .Values.workloadSeriesLimit }}
{{- end }}
{{- if gt (int .Values.shards) 1 }}
- --shards={{ int .Values.shards }}
- --shard=ordinal
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}

{{/* A probe: its name, its path, its values. */}}
{{- define "podscore.probe" -}}
{{- $settings := index . 2 }}
{{- if $settings.enabled }}
{{ index . 0 }}:
  httpGet:
    path: {{ index . 1 }}
    port: probes
  {{- with omit $settings "enabled" }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
