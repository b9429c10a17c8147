import { TimeSeries, TooltipPlugin2 } from '@grafana/ui';
import { LegendDisplayMode, TooltipDisplayMode, type VizLegendOptions, type VizTooltipOptions } from '@grafana/schema';
import { navigate } from '../dashboard/navigate';
import { timeZone } from '../dashboard/timeRange';
import type { DrawingProps } from './drawings';
import { TimeSeriesTooltip } from './TimeSeriesTooltip';

const usualLegend: VizLegendOptions = { showLegend: true, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] };

// Grafana exports the component and not the names of its modes: over one series, or over all.
const hoverModes = { one: 2, all: 1 };

export function TimeSeriesPanel({ panel, scene, frames, width, height }: DrawingProps) {
  const all = (panel.options?.tooltip as VizTooltipOptions | undefined)?.mode === TooltipDisplayMode.Multi;
  return (
    <TimeSeries
      frames={frames}
      width={width}
      height={height}
      timeRange={scene.range}
      timeZone={timeZone}
      legend={{ ...usualLegend, ...(panel.options?.legend as Partial<VizLegendOptions>) }}
    >
      {(config, frame) => (
        <TooltipPlugin2
          config={config}
          hoverMode={all ? hoverModes.all : hoverModes.one}
          queryZoom={({ from, to }) => navigate({ from: String(Math.round(from)), to: String(Math.round(to)) })}
          render={(_, points, active) => <TimeSeriesTooltip frame={frame} points={points} active={active} all={all} />}
        />
      )}
    </TimeSeries>
  );
}
