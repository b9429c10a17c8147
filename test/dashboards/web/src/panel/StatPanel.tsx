import { getDisplayValueAlignmentFactors, VizOrientation } from '@grafana/data';
import { BigValue, useTheme2, VizRepeater } from '@grafana/ui';
import { BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, type VizTextDisplayOptions } from '@grafana/schema';
import type { DrawingProps } from './drawings';
import { displayValues, type SingleStatOptions } from './fieldDisplay';
import { Linked } from './Linked';

interface Options extends SingleStatOptions {
  colorMode?: BigValueColorMode;
  graphMode?: BigValueGraphMode;
  justifyMode?: BigValueJustifyMode;
  textMode?: BigValueTextMode;
  wideLayout?: boolean;
  text?: VizTextDisplayOptions;
}

export function StatPanel(props: DrawingProps) {
  const { panel, scene, frames, width, height } = props;
  const theme = useTheme2();
  const options = (panel.options ?? {}) as Options;
  const graphMode = options.graphMode ?? BigValueGraphMode.Area;
  return (
    <VizRepeater
      source={frames}
      width={width}
      height={height}
      renderCounter={0}
      autoGrid
      itemSpacing={3}
      orientation={options.orientation ?? VizOrientation.Auto}
      getValues={() => displayValues(props, theme, graphMode !== BigValueGraphMode.None)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value: { display, sparkline, hasLinks, getLinks }, alignmentFactors, width, height, count }) => (
        <Linked links={hasLinks ? getLinks?.() : undefined}>
          <BigValue
            value={display}
            count={count}
            sparkline={sparkline && { ...sparkline, timeRange: scene.range }}
            colorMode={options.colorMode ?? BigValueColorMode.Value}
            graphMode={graphMode}
            justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
            textMode={options.textMode ?? BigValueTextMode.Auto}
            text={options.text}
            alignmentFactors={alignmentFactors}
            disableWideLayout={options.wideLayout === false}
            width={width}
            height={height}
            theme={theme}
          />
        </Linked>
      )}
    />
  );
}
