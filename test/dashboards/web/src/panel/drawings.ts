// Which component draws which type of panel.
import type { ComponentType } from 'react';
import type { DataFrame } from '@grafana/data';
import type { Panel } from '../dashboard/model';
import type { Scene } from '../dashboard/scene';
import { StatPanel } from './StatPanel';
import { TablePanel } from './TablePanel';
import { TimeSeriesPanel } from './TimeSeriesPanel';

export interface DrawingProps {
  panel: Panel;
  scene: Scene;
  frames: DataFrame[];
  width: number;
  height: number;
}

interface Drawing {
  component: ComponentType<DrawingProps>;
  /** True where the component itself says that there is no data. */
  withoutData?: boolean;
}

const drawings: Record<string, Drawing> = {
  stat: { component: StatPanel, withoutData: true },
  table: { component: TablePanel },
  timeseries: { component: TimeSeriesPanel },
};

export function drawingOf(type: string): Drawing {
  const drawing = drawings[type];
  if (!drawing) {
    throw new Error(`this page cannot draw panels of type "${type}"`);
  }
  return drawing;
}
