// Grafana's own transformations.
import { lastValueFrom } from 'rxjs';
import { standardTransformers, standardTransformersRegistry, transformDataFrame, type DataFrame, type InterpolateFunction } from '@grafana/data';
import type { Panel } from '../dashboard/model';

standardTransformersRegistry.setInit(() => {
  const byId = new Map(Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]));
  return [...byId].map(([id, transformer]) => ({
    id,
    name: transformer.name,
    transformation: async () => transformer,
    editor: () => null,
    imageDark: '',
    imageLight: '',
  }));
});

export async function transform(frames: DataFrame[], panel: Panel, replace: InterpolateFunction): Promise<DataFrame[]> {
  const transformations = panel.transformations ?? [];
  const unknown = transformations.find(({ id }) => !standardTransformersRegistry.getIfExists(id));
  if (unknown) {
    throw new Error(`Grafana has no transformation "${unknown.id}"`);
  }
  // A query without results leaves nothing that could be transformed.
  if (frames.every((frame) => frame.length === 0)) {
    return frames;
  }
  return lastValueFrom(transformDataFrame(transformations, frames, { interpolate: (text) => replace(text) }));
}
