// A panel's field configuration, applied by Grafana's own applyFieldOverrides.
import {
  applyFieldOverrides, cacheFieldDisplayNames, displayNameOverrideProcessor, FieldConfigOptionsRegistry, identityOverrideProcessor, thresholdsOverrideProcessor,
  type DataFrame, type FieldConfigPropertyItem, type FieldConfigSource, type GrafanaTheme2, type InterpolateFunction,
} from '@grafana/data';
import { timeZone } from '../dashboard/timeRange';
import type { Panel } from '../dashboard/model';
import { defaultsOf } from './defaults';

const standard = [
  'displayName', 'unit', 'min', 'max', 'fieldMinMax', 'decimals', 'thresholds', 'mappings', 'links', 'noValue', 'color', 'description', 'filterable',
];

export function fieldConfigOf(panel: Panel): FieldConfigSource {
  const usual = defaultsOf(panel.type);
  const { defaults = {}, overrides = [] } = (panel.fieldConfig ?? {}) as Partial<FieldConfigSource>;
  return { defaults: { ...usual, ...defaults, custom: { ...usual.custom, ...defaults.custom } }, overrides };
}

export function withFieldConfig(frames: DataFrame[], panel: Panel, theme: GrafanaTheme2, replace: InterpolateFunction): DataFrame[] {
  const fieldConfig = fieldConfigOf(panel);
  const configured = applyFieldOverrides({
    data: frames,
    fieldConfig,
    fieldConfigRegistry: registryFor(fieldConfig),
    replaceVariables: replace,
    theme,
    timeZone,
  });
  cacheFieldDisplayNames(configured);
  return configured;
}

// In Grafana every panel plugin registers its options, mostly for their editors.
// Here they are what the panel's own configuration names.
function registryFor({ defaults, overrides }: FieldConfigSource): FieldConfigOptionsRegistry {
  const custom = Object.keys(defaults.custom ?? {}).map((name) => `custom.${name}`);
  const overridden = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const ids = [...new Set([...standard, ...custom, ...overridden])];
  return new FieldConfigOptionsRegistry(() => ids.map(property));
}

function property(id: string): FieldConfigPropertyItem {
  const isCustom = id.startsWith('custom.');
  const processors: Record<string, FieldConfigPropertyItem['process']> = {
    displayName: displayNameOverrideProcessor,
    thresholds: thresholdsOverrideProcessor,
  };
  return {
    id,
    path: isCustom ? id.slice('custom.'.length) : id,
    name: id,
    isCustom,
    editor: () => null,
    override: () => null,
    process: processors[id] ?? identityOverrideProcessor,
    shouldApply: () => true,
    settings: { expandTemplateVars: true },
  };
}
