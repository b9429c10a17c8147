// The JSON of a dashboard, as strict as @grafana/schema's types allow: what they
// leave open, such as a panel's options, is closed by the types of the panel plugins.
import type { GraphFieldConfig, TableFieldOptions } from '@grafana/schema';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Dashboard, DataSourceRef, FieldConfig, Panel, RowPanel, VariableModel } from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
import type { Target } from '../src/dashboard/model';

/** A dashboard but for its panels, each of which has a schema of its own. */
export interface File extends Omit<Dashboard, 'panels' | 'templating' | 'id' | 'snapshot'> {
  panels: unknown[];
  templating: { list: Variable[] };
}

/** `definition` is not in the types, and Grafana shows it in its list of variables. */
interface Variable extends VariableModel {
  definition?: string;
}

export interface Row extends RowPanel {
  type: 'row';
}

export type Stat = Drawn<'stat', StatOptions, {}>;
export type Table = Drawn<'table', TableOptions, TableFieldOptions>;
export type TimeSeries = Drawn<'timeseries', TimeSeriesOptions, GraphFieldConfig>;

interface Drawn<Type extends string, Options, Custom>
  extends Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations' | 'datasource' | 'title' | 'description' | 'gridPos' | 'id'>,
    Required<Pick<Panel, 'title' | 'description' | 'gridPos' | 'id'>> {
  type: Type;
  datasource: DataSourceRef;
  options: Options;
  targets: Target[];
  transformations?: Transformation[];
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom' | 'links'> & { custom?: Partial<Custom>; links?: Link[] };
    overrides: Array<{
      matcher: { id: 'byName' | 'byRegexp' | 'byType' | 'byFrameRefID' | 'byNames'; options: unknown };
      properties: Array<{ id: keyof FieldConfig | `custom.${Extract<keyof Custom, string>}`; value: unknown }>;
    }>;
  };
}

interface Link {
  title: string;
  url: string;
  targetBlank?: boolean;
  oneClick?: boolean;
}

type Transformation =
  | { id: 'merge'; options: {} }
  | {
      id: 'organize';
      options: {
        excludeByName?: Record<string, boolean>;
        includeByName?: Record<string, boolean>;
        indexByName?: Record<string, number>;
        renameByName?: Record<string, string>;
      };
    };
