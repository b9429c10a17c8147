// From a panel's queries to what its component draws.
import { useEffect, useState } from 'react';
import { useTheme2 } from '@grafana/ui';
import type { DataFrame } from '@grafana/data';
import type { Panel } from '../dashboard/model';
import type { Scene } from '../dashboard/scene';
import { withFieldConfig } from '../grafana/fieldConfig';
import { transform } from '../grafana/transform';
import { runQueries } from '../prometheus/run';

export type PanelState = 'loading' | 'data' | 'empty' | 'error';

export interface PanelData {
  state: PanelState;
  frames: DataFrame[];
  error?: string;
}

/** Runs the panel's queries once for every scene and width. */
export function usePanelData(panel: Panel, scene: Scene, width: number): PanelData {
  const theme = useTheme2();
  const [data, setData] = useState<PanelData>({ state: 'loading', frames: [] });
  useEffect(() => {
    let current = true;
    const load = async (): Promise<PanelData> => {
      const raw = await runQueries(panel, scene.range, scene.values, width);
      const frames = withFieldConfig(await transform(raw, panel, scene.replace), panel, theme, scene.replace);
      return { state: frames.some((frame) => frame.length > 0) ? 'data' : 'empty', frames };
    };
    load()
      .catch((error: Error): PanelData => ({ state: 'error', frames: [], error: error.message }))
      .then((loaded) => current && setData(loaded));
    return () => {
      current = false;
    };
  }, [panel, scene, theme, width]);
  return data;
}
