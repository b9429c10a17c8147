// What Grafana's panels take where a dashboard says nothing.
import { FieldColorModeId, ThresholdsMode, type FieldConfig } from '@grafana/data';
import {
  AxisColorMode, AxisPlacement, GraphDrawStyle, GraphGradientMode, GraphThresholdsStyleMode, LineInterpolation, ScaleDistribution, StackingMode,
  TableCellDisplayMode, VisibilityMode, type GraphFieldConfig, type TableFieldOptions,
} from '@grafana/schema';

const thresholds = {
  mode: ThresholdsMode.Absolute,
  steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }],
};

const graph: GraphFieldConfig = {
  drawStyle: GraphDrawStyle.Line,
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: GraphGradientMode.None,
  barAlignment: 0,
  barWidthFactor: 0.6,
  showPoints: VisibilityMode.Auto,
  pointSize: 5,
  spanNulls: false,
  stacking: { mode: StackingMode.None, group: 'A' },
  axisPlacement: AxisPlacement.Auto,
  axisLabel: '',
  axisColorMode: AxisColorMode.Text,
  axisBorderShow: false,
  axisCenteredZero: false,
  scaleDistribution: { type: ScaleDistribution.Linear },
  thresholdsStyle: { mode: GraphThresholdsStyleMode.Off },
  hideFrom: { tooltip: false, viz: false, legend: false },
};

const table: Partial<TableFieldOptions> = { align: 'auto', cellOptions: { type: TableCellDisplayMode.Auto }, inspect: false };

export function defaultsOf(panelType: string): FieldConfig {
  switch (panelType) {
    case 'timeseries':
      return { color: { mode: FieldColorModeId.PaletteClassic }, custom: graph };
    case 'table':
      return { color: { mode: FieldColorModeId.Thresholds }, thresholds, custom: table };
    default:
      return { color: { mode: FieldColorModeId.Thresholds }, thresholds };
  }
}
