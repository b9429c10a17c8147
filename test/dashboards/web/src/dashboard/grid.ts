// Grafana's grid: 24 columns, rows of 30 pixels, 8 pixels between.
import type { GridPos } from '@grafana/schema';

const columns = 24;
const rowHeight = 30;
const gap = 8;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a panel lies in a grid that is so many pixels wide. */
export function boxOf({ x, y, w, h }: GridPos, gridWidth: number): Box {
  const columnWidth = (gridWidth - gap * (columns - 1)) / columns;
  return {
    left: Math.round(x * (columnWidth + gap)),
    top: y * (rowHeight + gap),
    width: Math.round(w * columnWidth + (w - 1) * gap),
    height: h * rowHeight + (h - 1) * gap,
  };
}
