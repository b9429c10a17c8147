// The single values of a Stat panel, reduced by Grafana.
import { getFieldDisplayValues, ReducerID, VizOrientation, type GrafanaTheme2, type ReduceDataOptions } from '@grafana/data';
import { timeZone } from '../dashboard/timeRange';
import { fieldConfigOf } from '../grafana/fieldConfig';
import type { DrawingProps } from './drawings';

export interface SingleStatOptions {
  reduceOptions?: Partial<ReduceDataOptions>;
  orientation?: VizOrientation;
}

export function displayValues({ panel, scene, frames }: DrawingProps, theme: GrafanaTheme2, sparkline: boolean) {
  const { reduceOptions } = (panel.options ?? {}) as SingleStatOptions;
  return getFieldDisplayValues({
    fieldConfig: fieldConfigOf(panel),
    reduceOptions: { values: false, calcs: [ReducerID.lastNotNull], ...reduceOptions },
    replaceVariables: scene.replace,
    theme,
    data: frames,
    sparkline,
    timeZone,
  });
}
