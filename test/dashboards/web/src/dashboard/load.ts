// Dashboards as the server has them: the files that ship, unchanged.
import type { Dashboard } from './model';

export interface Listed {
  uid: string;
  title: string;
  description: string;
  tags: string[];
}

export const listDashboards = () => get<Listed[]>('/api/dashboards');

/** Loads a dashboard, with `null` for "no lower bound" read as Grafana reads it. */
export const loadDashboard = async (uid: string): Promise<Dashboard> =>
  withBaseSteps(await get<Dashboard>(`/api/dashboards/${encodeURIComponent(uid)}`));

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  }
  return response.json();
}

// JSON has no -Infinity, so the first step of thresholds is stored as null.
function withBaseSteps<T>(value: T): T {
  if (Array.isArray(value)) {
    value.forEach(withBaseSteps);
  } else if (value && typeof value === 'object') {
    if ('steps' in value && Array.isArray(value.steps) && value.steps[0]) {
      value.steps[0].value ??= -Infinity;
    }
    Object.values(value).forEach(withBaseSteps);
  }
  return value;
}
