// Prometheus' results as data frames, of the shapes that Grafana's Prometheus data source makes.
import { createDataFrame, FieldType, type DataFrame, type Field } from '@grafana/data';
import type { Target } from '../dashboard/model';
import type { Labels, Matrix, Sample, Vector } from './api';

type Series = { metric: Labels; values: Sample[] };

export const series = (data: Matrix | Vector): Series[] =>
  data.resultType === 'matrix' ? data.result : data.result.map(({ metric, value }) => ({ metric, values: [value] }));

/** One frame for every series, with a time and a value field. */
export function timeSeriesFrames(all: Series[], target: Target, stepMs: number): DataFrame[] {
  return all.map(({ metric, values }) => {
    const { __name__: name = 'Value', ...labels } = metric;
    return createDataFrame({
      refId: target.refId,
      fields: [
        { ...timeField(values), config: { interval: stepMs } },
        { name, type: FieldType.number, values: values.map(number), labels, config: { displayNameFromDS: legend(target, metric) } },
      ],
    });
  });
}

/** One frame for all series of a query, with a row for every sample and a column for every label. */
export function tableFrame(all: Series[], target: Target, valueName: string): DataFrame {
  const rows = all.flatMap(({ metric, values }) => values.map((sample) => ({ metric, sample })));
  const labels = [...new Set(all.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return createDataFrame({
    refId: target.refId,
    meta: { preferredVisualisationType: 'table' },
    fields: rows.length === 0 ? [] : [
      timeField(rows.map(({ sample }) => sample)),
      ...labels.map((name) => ({ name, type: FieldType.string, values: rows.map(({ metric }) => metric[name] ?? ''), config: { filterable: true } })),
      { name: valueName, type: FieldType.number, values: rows.map(({ sample }) => number(sample)), config: {} },
    ],
  });
}

const timeField = (samples: Sample[]): Field => ({
  name: 'Time',
  type: FieldType.time,
  values: samples.map(([seconds]) => 1000 * seconds),
  config: {},
});

const number = ([, value]: Sample) =>
  value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);

function legend({ expr, legendFormat }: Target, metric: Labels): string | undefined {
  if (legendFormat && legendFormat !== '__auto') {
    return legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  }
  return Object.keys(metric).length === 0 ? expr : undefined;
}
