{{/* The pod, the same in a Deployment and in a StatefulSet. */}}

{{- define "podscore.podTemplate" -}}
metadata:
  labels:
    {{- include "podscore.labels" (dict "root" . "pod" true "labels" .Values.podLabels) | nindent 4 }}
  {{- $scrape := .Values.podScrapeAnnotations | ternary (include "podscore.scrapeAnnotations" (list . 8080) | fromYaml) dict }}
  {{- with mergeOverwrite $scrape .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "podscore.serviceAccountName" . | toYaml }}
  automountServiceAccountToken: true
  {{- if kindIs "bool" .Values.hostUsers }}
  hostUsers: {{ .Values.hostUsers }}
  {{- end }}
  {{- with include "podscore.securityContext" (list . .Values.podSecurityContext) | fromYaml }}
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
  {{- with include "podscore.volumes" . | trim }}
  volumes:
    {{- . | nindent 2 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ int .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
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

{{/* A security context: root, context. OpenShift gives ids itself, and refuses those outside the namespace's range. */}}
{{- define "podscore.securityContext" -}}
{{- $context := index . 1 | default dict }}
{{- if include "podscore.openshift" (index . 0) }}{{ $context = omit $context "runAsUser" "runAsGroup" "fsGroup" }}{{ end }}
{{- toYaml $context }}
{{- end }}

{{/* Something, where the cluster is OpenShift. */}}
{{- define "podscore.openshift" -}}
{{- $detected := .Capabilities.APIVersions.Has "security.openshift.io/v1" }}
{{- if kindIs "bool" .Values.openshift | ternary .Values.openshift $detected }}true{{ end }}
{{- end }}

{{- define "podscore.container" -}}
image: {{ include "podscore.image" . | quote }}
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
{{- with include "podscore.securityContext" (list . .Values.securityContext) | fromYaml }}
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
{{- with include "podscore.volumeMounts" . | trim }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "podscore.volumes" -}}
{{- with include "podscore.certificateSecret" . }}
- name: metrics-certificate
  secret:
    secretName: {{ toYaml . }}
{{- end }}
{{- range include "podscore.configurations" . | fromYamlArray }}
- name: {{ .volume }}
  configMap:
    {{- toYaml .source | nindent 4 }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "podscore.volumeMounts" -}}
{{- if include "podscore.certificateSecret" . }}
- name: metrics-certificate
  mountPath: /etc/podscore/certificate
  readOnly: true
{{- end }}
{{- range include "podscore.configurations" . | fromYamlArray }}
- name: {{ .volume }}
  mountPath: {{ .path }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
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
{{- if ne .Values.scrapeInterval "1m" }}
- --scrape-interval={{ .Values.scrapeInterval }}
{{- end }}
{{- if ne .Values.watchStalledAfter "3m" }}
- --watch-stalled-after={{ .Values.watchStalledAfter }}
{{- end }}
{{- include "podscore.electionArgs" . }}
{{- include "podscore.metricsArgs" .Values.metrics }}
{{- range include "podscore.configurations" . | fromYamlArray }}
- --{{ .flag }}={{ .path }}
{{- end }}
{{- if gt (int .Values.shards) 1 }}
- --shards={{ int .Values.shards }}
- --shard=ordinal
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}

{{- define "podscore.electionArgs" -}}
{{- $lease := include "podscore.lease" . }}
{{- $v := .Values.leaderElection }}
{{- if $v.enabled }}
- --leader-elect
{{- if ne $lease "podscore" }}
- --leader-elect-resource-name={{ $lease }}
{{- end }}
{{- if ne $v.leaseDuration "15s" }}
- --leader-elect-lease-duration={{ $v.leaseDuration }}
{{- end }}
{{- if ne $v.renewDeadline "10s" }}
- --leader-elect-renew-deadline={{ $v.renewDeadline }}
{{- end }}
{{- if ne $v.retryPeriod "500ms" }}
- --leader-elect-retry-period={{ $v.retryPeriod }}
{{- end }}
{{- end }}
{{- end }}

{{- define "podscore.metricsArgs" -}}
{{- if not .secure }}
- --metrics-secure=false
{{- end }}
{{- with .tokenAudiences }}
- --metrics-token-audiences={{ join "," . }}
{{- end }}
{{- if or .certificate.secretName .certificate.certManager.enabled .certificate.openShift }}
- --metrics-cert-path=/etc/podscore/certificate
{{- if ne .certificate.certName "tls.crt" }}
- --metrics-cert-name={{ .certificate.certName }}
{{- end }}
{{- if ne .certificate.keyName "tls.key" }}
- --metrics-cert-key={{ .certificate.keyName }}
{{- end }}
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
