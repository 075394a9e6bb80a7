/** Chains as a graph: a column per generation, best links solid, alternatives dashed. */
import type { GraphSeriesOption } from "echarts/charts";
import type { GridComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";

import { rows, shortFile, type ChainLink, type Chains } from "./data";
import type { Look } from "./look";

export type GraphOption = ComposeOption<GraphSeriesOption | GridComponentOption | TooltipComponentOption>;

const ROW_PX = 58;
const HEAD_PX = 34;
const COLUMN_PX = 96;

/** Height and least width in pixels of the graph. */
export function graphSize(chains: Chains): { height: number; width: number } {
  const last = Math.max(0, ...rows(chains));
  return { height: HEAD_PX + (last + 1.4) * ROW_PX, width: chains.generations.length * COLUMN_PX };
}

/** What the library draws. */
export function graphOption(chains: Chains, look: Look): GraphOption {
  const at = rows(chains);
  return {
    animation: !look.still,
    animationDuration: 300,
    textStyle: { fontFamily: look.letters },
    grid: { left: 0, right: 0, top: HEAD_PX, bottom: 0 },
    xAxis: {
      type: "category",
      position: "top",
      data: [...chains.generations],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: look.quiet, fontSize: 12, interval: 0, margin: 10 },
      splitArea: { show: true, interval: 0, areaStyle: { color: [look.sunken, look.surface] } },
      splitLine: { show: false },
    },
    yAxis: { type: "value", show: false, inverse: true, min: -0.5, max: Math.max(0, ...at) + 0.9 },
    series: [
      {
        type: "graph",
        coordinateSystem: "cartesian2d",
        symbol: "circle",
        symbolSize: 20,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 8,
        cursor: "default",
        itemStyle: { color: look.accent, borderColor: look.surface, borderWidth: 3 },
        label: {
          show: true,
          position: "bottom",
          distance: 3,
          formatter: ({ dataIndex }) => caption(chains, dataIndex, look),
          color: look.ink,
          fontSize: 12.5,
          lineHeight: 15,
          rich: { file: { color: look.quiet, fontSize: 11, lineHeight: 13 } },
        },
        emphasis: { focus: "adjacency", scale: 1.15, lineStyle: { width: 3 } },
        blur: { itemStyle: { opacity: 0.35 }, lineStyle: { opacity: 0.15 }, label: { opacity: 0.35 } },
        data: chains.cases.map((one, index) => ({ name: String(index), value: [one.generation, at[index] ?? 0] })),
        links: chains.links.map((link) => ({
          source: String(link.source),
          target: String(link.target),
          lineStyle: link.best
            ? { color: look.accent, width: 2, opacity: 1, curveness: 0 }
            : { color: look.quiet, width: 1.5, opacity: 1, type: [5, 4], curveness: sameColumn(chains, link) ? 0.7 : 0.18 },
        })),
      },
    ],
  };
}

/** A straight way within a column would cross the names there. */
function sameColumn(chains: Chains, link: ChainLink): boolean {
  return chains.cases[link.source]?.generation === chains.cases[link.target]?.generation;
}

function caption(chains: Chains, index: number, look: Look): string {
  const one = chains.cases[index];
  if (one === undefined) return "";
  return look.narrow ? one.name : `${one.name}\n{file|${shortFile(chains, index)}}`;
}
