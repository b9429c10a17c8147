import { TableNG } from '@grafana/ui/unstable';
import { TableCellHeight, type TableSortByFieldState } from '@grafana/schema';
import { fieldConfigOf } from '../grafana/fieldConfig';
import type { DrawingProps } from './drawings';

interface Options {
  showHeader?: boolean;
  cellHeight?: TableCellHeight;
  enablePagination?: boolean;
  sortBy?: TableSortByFieldState[];
}

export function TablePanel({ panel, scene, frames, width, height }: DrawingProps) {
  const options = (panel.options ?? {}) as Options;
  return (
    <TableNG
      data={frames.find((frame) => frame.length > 0) ?? frames[0]}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      cellHeight={options.cellHeight ?? TableCellHeight.Sm}
      enablePagination={options.enablePagination}
      sortBy={options.sortBy}
      fieldConfig={fieldConfigOf(panel)}
      timeRange={scene.range}
      noValue={panel.fieldConfig?.defaults.noValue}
      resizable
      structureRev={1}
    />
  );
}
