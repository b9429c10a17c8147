// A panel in Grafana's own frame, which says in the document how it fares.
import { Component, type ReactNode } from 'react';
import { LoadingState } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import type { Panel } from '../dashboard/model';
import type { Scene } from '../dashboard/scene';
import { usePanelData, type PanelData } from './data';
import { NoData } from './NoData';
import { drawingOf } from './drawings';

interface Props {
  panel: Panel;
  scene: Scene;
  width: number;
  height: number;
}

export function PanelFrame({ panel, scene, width, height }: Props) {
  const data = usePanelData(panel, scene, width);
  const title = scene.replace(panel.title ?? '');
  return (
    <Catch title={title} id={panel.id}>
      <section data-panel-id={panel.id} data-panel-title={title} data-panel-state={data.state} data-panel-error={data.error}>
        <PanelChrome
          width={width}
          height={height}
          title={title}
          description={scene.replace(panel.description ?? '')}
          displayMode={panel.transparent ? 'transparent' : 'default'}
          loadingState={data.state === 'loading' ? LoadingState.Loading : LoadingState.Done}
          statusMessage={data.error}
        >
          {(innerWidth, innerHeight) => <Content panel={panel} scene={scene} data={data} width={innerWidth} height={innerHeight} />}
        </PanelChrome>
      </section>
    </Catch>
  );
}

function Content({ panel, scene, data, width, height }: Props & { data: PanelData }) {
  if (data.state === 'loading' || width <= 0 || height <= 0) {
    return null;
  }
  const Drawing = drawingOf(panel.type);
  if (data.state !== 'data' && !Drawing.withoutData) {
    return <NoData panel={panel} height={height} />;
  }
  return <Drawing.component panel={panel} scene={scene} frames={data.frames} width={width} height={height} />;
}

/** Turns what a component throws into the state of its panel. */
class Catch extends Component<{ children: ReactNode; title: string; id?: number }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) {
      return this.props.children;
    }
    return (
      <section data-panel-id={this.props.id} data-panel-title={this.props.title} data-panel-state="error" data-panel-error={error.message}>
        {error.message}
      </section>
    );
  }
}
