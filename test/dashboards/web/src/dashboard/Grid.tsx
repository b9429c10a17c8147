// The panels of a dashboard, each in its place.
import { useEffect, useRef, useState } from 'react';
import { PanelFrame } from '../panel/PanelFrame';
import { boxOf } from './grid';
import { isRow } from './model';
import { Row } from './Row';
import type { Scene } from './scene';

export function Grid({ scene }: { scene: Scene }) {
  const grid = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(contentRect.width));
    observer.observe(grid.current!);
    return () => observer.disconnect();
  }, []);

  const panels = (scene.dashboard.panels ?? []).map((panel) => ({ panel, box: boxOf(panel.gridPos!, width) }));
  const height = Math.max(0, ...panels.map(({ box }) => box.top + box.height));
  return (
    <div ref={grid} style={{ position: 'relative', height }}>
      {width > 0 && panels.map(({ panel, box }) => (
        <div key={panel.id} style={{ position: 'absolute', ...box }}>
          {isRow(panel) ? <Row title={scene.replace(panel.title ?? '')} /> : <PanelFrame panel={panel} scene={scene} width={box.width} height={box.height} />}
        </div>
      ))}
    </div>
  );
}
