// Runs a panel's queries.
import type { DataFrame, ScopedVars, TimeRange } from '@grafana/data';
import { intervals } from '../dashboard/timeRange';
import type { Panel, Target } from '../dashboard/model';
import { interpolator } from '../variables/interpolate';
import { promQL, type Values } from '../variables/values';
import { queryInstant, queryRange } from './api';
import { series, tableFrame, timeSeriesFrames } from './frames';

/** Runs all queries of a panel that is so many pixels wide; the frames are in the order of the queries. */
export async function runQueries(panel: Panel, range: TimeRange, values: Values, width: number): Promise<DataFrame[]> {
  const targets = (panel.targets ?? []).filter((target) => !target.hide);
  const tables = new Set(targets.filter(({ format }) => format === 'table').map(({ refId }) => refId));
  const frames = await Promise.all(
    targets.map((target) => run(target, panel, range, values, width, tables.size > 1 ? `Value #${target.refId}` : 'Value'))
  );
  return frames.flat();
}

async function run(target: Target, panel: Panel, range: TimeRange, values: Values, width: number, valueName: string) {
  const times = intervals(range, panel.maxDataPoints || Math.max(width, 100), target.interval || panel.interval);
  const expr = interpolator(values, range)(target.expr, scopedTimes(times), promQL);
  const frames = [];
  const kinds = target.instant ? (target.range ? ['range', 'instant'] : ['instant']) : ['range'];
  for (const kind of kinds) {
    const data = kind === 'instant'
      ? await queryInstant(expr, range.to.valueOf() / 1000)
      : await queryRange(expr, range, times.stepSeconds);
    frames.push(...(target.format === 'table'
      ? [tableFrame(series(data), target, valueName)]
      : timeSeriesFrames(series(data), target, times.intervalMs)));
  }
  return frames;
}

const scopedTimes = ({ interval, intervalMs, rateInterval }: ReturnType<typeof intervals>): ScopedVars => ({
  __interval: { value: interval },
  __interval_ms: { value: String(intervalMs) },
  __rate_interval: { value: rateInterval },
});
