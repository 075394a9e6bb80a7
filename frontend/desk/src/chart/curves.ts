/** Curves over a day: how many had been reached by each moment, as it was and as it had been forecast. */
import type { LineSeriesOption } from "echarts/charts";
import type { GridComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";

import { moment, type Tip } from "./data";
import type { Look } from "./look";

export type CurvesOption = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption>;

/** One curve: a value per step, or as far as it is known; `mark` is also that of its legend. */
export interface Curve {
  name: string;
  mark: "best" | "other" | "early";
  values: readonly number[];
}

/** Curves over the same steps: the first moment as wall time without a zone, and the minutes between two steps. */
export interface Curves {
  from: string;
  minutes: number;
  curves: readonly Curve[];
}

const MINUTE_MS = 60_000;
const HEIGHT_PX = 300;

/** Height and least width in pixels. */
export function curvesSize(): { height: number; width: number } {
  return { height: HEIGHT_PX, width: 300 };
}

/** How many steps there are. */
export function steps(data: Curves): number {
  return Math.max(0, ...data.curves.map((curve) => curve.values.length));
}

/** Title and rows of a step: its time and what each curve says then. */
export function toldStep(data: Curves, index: number): [string, Tip] {
  const rows = data.curves.filter((curve) => index < curve.values.length).map((curve) => [curve.name, String(curve.values[index])] as const);
  return [new Date(at(data, index)).toISOString().slice(11, 16), rows];
}

function at(data: Curves, index: number): number {
  return moment(data.from) + index * data.minutes * MINUTE_MS;
}

/** What the library draws. */
export function curvesOption(data: Curves, look: Look): CurvesOption {
  const ink = { best: look.accent, other: look.quiet, early: look.isolated };
  const dash = { best: "solid", other: "dashed", early: "dotted" } as const;
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: look.letters },
    grid: { left: 8, right: 18, top: 16, bottom: 8, containLabel: true },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { color: look.quiet, fontSize: 12, formatter: "{HH}:{mm}", hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      minInterval: 1,
      axisLabel: { color: look.quiet, fontSize: 12 },
      splitLine: { lineStyle: { color: look.line } },
    },
    series: data.curves.map((curve) => ({
      type: "line",
      name: curve.name,
      showSymbol: false,
      symbolSize: 7,
      lineStyle: { color: ink[curve.mark], width: 2, type: dash[curve.mark] },
      itemStyle: { color: ink[curve.mark] },
      data: curve.values.map((value, index) => [at(data, index), value]),
    })),
  };
}
