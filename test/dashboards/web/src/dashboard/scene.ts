// All that a dashboard's panels share: its time range and its variables' values.
import type { InterpolateFunction, TimeRange } from '@grafana/data';
import type { Resolved } from '../variables/resolve';
import { resolveVariables, valuesOf } from '../variables/resolve';
import { interpolator } from '../variables/interpolate';
import type { Values } from '../variables/values';
import { loadDashboard } from './load';
import type { Dashboard } from './model';
import { timeRange } from './timeRange';

export interface Scene {
  dashboard: Dashboard;
  range: TimeRange;
  variables: Resolved[];
  values: Values;
  /** Replaces variables in titles, descriptions and links. */
  replace: InterpolateFunction;
}

export async function loadScene(uid: string, search: URLSearchParams): Promise<Scene> {
  const dashboard = await loadDashboard(uid);
  const range = timeRange(dashboard, search);
  const variables = await resolveVariables(dashboard, range, search);
  const values = valuesOf(variables);
  return { dashboard, range, variables, values, replace: interpolator(values, range) };
}
