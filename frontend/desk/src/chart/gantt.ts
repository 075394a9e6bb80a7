/** Chains in time: per case its infectious window, first positive sampling and isolation; a link where the two last met. */
import type { CustomSeriesOption } from "echarts/charts";
import type { GridComponentOption, TooltipComponentOption } from "echarts/components";
import type { ComposeOption } from "echarts/core";

import { lines, moment, shortFile, type ChainCase, type Chains } from "./data";
import type { Look } from "./look";

export type GanttOption = ComposeOption<CustomSeriesOption | GridComponentOption | TooltipComponentOption>;
type Render = NonNullable<CustomSeriesOption["renderItem"]>;
type Api = Parameters<Render>[1];
type Shape = ReturnType<Render>;

const ROW_PX = 34;
const HEAD_PX = 30;
const BAR_PX = 14;
const DAY_MS = 86_400_000;

/** Height and least width in pixels of the Gantt chart. */
export function ganttSize(chains: Chains): { height: number; width: number } {
  return { height: HEAD_PX + chains.cases.length * ROW_PX + 8, width: 300 };
}

/** First and last moment on the axis: whole days around everything that is drawn. */
export function span(chains: Chains): { min: number; max: number } {
  const walls = chains.cases.flatMap((one) => [one.from, one.until, one.sampled, one.isolated]);
  const moments = [...walls, ...chains.links.map((link) => link.at)]
    .filter((wall): wall is string => wall !== null)
    .map(moment);
  const day = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
  return { min: day(Math.min(...moments)), max: day(Math.max(...moments)) + DAY_MS };
}

/** What the library draws. */
export function ganttOption(chains: Chains, look: Look): GanttOption {
  const order = lines(chains);
  const line = chains.cases.map((_one, index) => order.indexOf(index));
  const { min, max } = span(chains);
  const label = (index: number): string => {
    const at = order[index] ?? -1;
    const one = chains.cases[at];
    return one === undefined ? "" : look.narrow ? one.name : `${one.name}  {file|${shortFile(chains, at)}}`;
  };
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: look.letters },
    grid: { left: look.narrow ? 60 : 120, right: 14, top: HEAD_PX, bottom: 4 },
    xAxis: {
      type: "time",
      position: "top",
      min,
      max,
      minInterval: DAY_MS,
      maxInterval: DAY_MS * Math.max(1, Math.ceil((max - min) / DAY_MS / (look.narrow ? 5 : 16))),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: look.quiet, fontSize: 12, formatter: "{MM}-{dd}", hideOverlap: true, showMaxLabel: false, align: "left", margin: 8 },
      splitLine: { show: true, lineStyle: { color: look.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: order.map(String),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        color: look.ink,
        fontSize: 12.5,
        formatter: (_value: string, index: number) => label(index),
        rich: { file: { color: look.quiet, fontSize: 11 } },
      },
      splitArea: { show: true, areaStyle: { color: [look.sunken, look.surface] } },
    },
    series: [
      {
        type: "custom",
        data: chains.cases.map((one, index) => [moment(one.sampled), line[index] ?? 0]),
        renderItem: (params, api) => bar(chains.cases[params.dataIndex], line[params.dataIndex] ?? 0, api, look),
        z: 2,
      },
      {
        type: "custom",
        data: chains.links.map((link) => [meeting(chains, link.source, link.at), line[link.source] ?? 0]),
        renderItem: (params, api) => arrow(chains, params.dataIndex, line, api, look),
        z: 3,
      },
    ],
  };
}

/** Where a link stands: the last meeting, or, when nobody knows it, the first positive sampling of the source. */
function meeting(chains: Chains, source: number, at: string | null): number {
  return moment(at ?? chains.cases[source]?.sampled ?? "");
}

function at(api: Api, when: number, row: number): [number, number] {
  const [x, y] = api.coord([when, row]);
  return [Math.round(x ?? 0), Math.round(y ?? 0)];
}

function bar(one: ChainCase | undefined, row: number, api: Api, look: Look): Shape {
  if (one === undefined) return null;
  const [from, y] = at(api, moment(one.from), row);
  const [until] = at(api, moment(one.until), row);
  const [sampled] = at(api, moment(one.sampled), row);
  const isolated = one.isolated === null ? null : at(api, moment(one.isolated), row)[0];
  const apart = Math.min(Math.max(isolated ?? until, from), until);
  const part = (start: number, end: number, fill: string, stroke: string): Shape => ({
    type: "rect",
    shape: { x: start, y: y - BAR_PX / 2, width: Math.max(end - start, 0), height: BAR_PX, r: 3 },
    style: { fill, stroke, lineWidth: 1 },
  });
  const parts: Shape[] = [];
  if (apart > from) parts.push(part(from, apart, look.windowFill, look.windowLine));
  if (until > apart) parts.push(part(apart, until, look.afterFill, look.afterLine));
  if (isolated !== null) {
    parts.push({ type: "rect", shape: { x: isolated - 2, y: y - 11, width: 4, height: 22, r: 1 }, style: { fill: look.isolated } });
  }
  parts.push({
    type: "circle",
    shape: { cx: sampled, cy: y, r: 5.5 },
    style: { fill: look.sampled, stroke: look.surface, lineWidth: 1.5 },
  });
  return { type: "group", children: parts.filter((shape) => shape !== null && shape !== undefined) } as Shape;
}

function arrow(chains: Chains, index: number, line: readonly number[], api: Api, look: Look): Shape {
  const link = chains.links[index];
  const target = link && chains.cases[link.target];
  if (link === undefined || target === undefined) return null;
  const [x, sourceY] = at(api, meeting(chains, link.source, link.at), line[link.source] ?? 0);
  const [, targetY] = at(api, meeting(chains, link.source, link.at), line[link.target] ?? 0);
  const [start] = at(api, moment(target.from), line[link.target] ?? 0);
  const down = targetY > sourceY ? 1 : -1;
  const ink = link.best ? look.accent : look.quiet;
  const stroke = { stroke: ink, fill: "none", lineWidth: link.best ? 2 : 1.5, ...(link.best ? {} : { lineDash: [5, 4] }) };
  const tip = targetY - down * (x < start ? 0 : BAR_PX / 2);
  return {
    type: "group",
    children: [
      { type: "line", shape: { x1: x, y1: sourceY + down * (BAR_PX / 2), x2: x, y2: tip - down * 6 }, style: stroke },
      { type: "circle", shape: { cx: x, cy: sourceY, r: 3 }, style: { fill: ink, stroke: look.surface, lineWidth: 1 } },
      { type: "polygon", shape: { points: [[x - 4, tip - down * 8], [x + 4, tip - down * 8], [x, tip]] }, style: { fill: ink } },
      ...(x < start
        ? [{ type: "line" as const, shape: { x1: x, y1: targetY, x2: start, y2: targetY }, style: { stroke: ink, lineWidth: 1, lineDash: [1.5, 3] } }]
        : []),
    ],
  } as Shape;
}
