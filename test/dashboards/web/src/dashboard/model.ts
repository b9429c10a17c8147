// The parts of Grafana's dashboard JSON that have no type in @grafana/schema,
// and short names for those that have.
import type { DataTransformerConfig } from '@grafana/data';
import type { Dashboard as SchemaDashboard, Panel as SchemaPanel, RowPanel, VariableModel } from '@grafana/schema';

/** A Prometheus query of a panel, as Grafana's data source keeps it. */
export interface Target {
  refId: string;
  expr: string;
  datasource?: { type?: string; uid?: string };
  editorMode?: 'code' | 'builder';
  exemplar?: boolean;
  format?: 'time_series' | 'table' | 'heatmap';
  hide?: boolean;
  instant?: boolean;
  interval?: string;
  legendFormat?: string;
  range?: boolean;
}

export interface Panel extends Omit<SchemaPanel, 'targets' | 'transformations'> {
  targets?: Target[];
  transformations?: DataTransformerConfig[];
}

export interface Dashboard extends Omit<SchemaDashboard, 'panels'> {
  panels?: Array<Panel | RowPanel>;
}

export type Variable = VariableModel;

export const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';
