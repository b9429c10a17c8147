// Prometheus' HTTP API, which the server hands on.
import type { TimeRange } from '@grafana/data';

export type Labels = Record<string, string>;
export type Sample = [seconds: number, value: string];

export interface Vector {
  resultType: 'vector';
  result: Array<{ metric: Labels; value: Sample }>;
}

export interface Matrix {
  resultType: 'matrix';
  result: Array<{ metric: Labels; values: Sample[] }>;
}

export async function queryInstant(query: string, time: number): Promise<Vector> {
  const data = await call<Vector | { resultType: 'scalar'; result: Sample }>('/api/v1/query', { query, time });
  return data.resultType === 'scalar' ? { resultType: 'vector', result: [{ metric: {}, value: data.result }] } : data;
}

/** Asks for a range whose ends are multiples of the step, as Grafana does. */
export function queryRange(query: string, range: TimeRange, step: number): Promise<Matrix> {
  const align = (ms: number) => Math.floor(ms / 1000 / step) * step;
  return call<Matrix>('/api/v1/query_range', { query, start: align(range.from.valueOf()), end: align(range.to.valueOf()), step });
}

export function labelValues(label: string, selector: string | undefined, range: TimeRange): Promise<string[]> {
  return call<string[]>(`/api/v1/label/${label}/values`, {
    ...(selector && { 'match[]': selector }),
    start: range.from.valueOf() / 1000,
    end: range.to.valueOf() / 1000,
  });
}

async function call<T>(path: string, parameters: Record<string, string | number>): Promise<T> {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${path}?${query}`);
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(`${answer.errorType}: ${answer.error}`);
  }
  return answer.data;
}
