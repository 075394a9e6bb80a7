/** The island that draws: fetched by pages that have a chart, and nowhere else. */
import { CustomChart, GraphChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { curvesOption, curvesSize, steps, toldStep, type Curves } from "./curves";
import { lines, type Chains, type Tip } from "./data";
import { ganttOption, ganttSize } from "./gantt";
import { graphOption, graphSize } from "./graph";
import { look, type Look } from "./look";
import { box, sentence } from "./tip";

use([GraphChart, CustomChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const KINDS = {
  graph: { size: graphSize, option: graphOption, order: (chains: Chains) => chains.cases.map((_one, index) => index) },
  gantt: { size: ganttSize, option: ganttOption, order: lines },
} as const;

/** What is needed to mount one view: its size, what is drawn and told, and in which order the keys go. */
interface View {
  size: { height: number; width: number };
  option: (now: Look) => Parameters<ECharts["setOption"]>[0];
  told: (index: number) => [string, Tip];
  order: readonly number[];
}

/** Draw the views of one figure from the data that it carries. */
export function draw(figure: HTMLElement): void {
  const data = JSON.parse(figure.dataset["chart"] ?? "") as Chains | Curves;
  for (const view of figure.querySelectorAll<HTMLElement>("[data-view]")) {
    const shown = "curves" in data ? curvesView(data) : chainsView(data, view.dataset["view"]);
    if (shown === null || shown.order.length === 0) continue;
    figure.hidden = false;
    mount(view, shown);
  }
}

function chainsView(chains: Chains, kind: string | undefined): View | null {
  if (kind !== "graph" && kind !== "gantt") return null;
  const { size, option, order } = KINDS[kind];
  return {
    size: size(chains),
    option: (now) => ({ ...option(chains, now), tooltip: tooltip(chains, now) }),
    told: (index) => told(chains, index),
    order: order(chains),
  };
}

function curvesView(data: Curves): View {
  const formatter = (pointed: readonly Pointed[]): HTMLElement => box(...toldStep(data, pointed[0]?.dataIndex ?? 0));
  return {
    size: curvesSize(),
    option: (now) => ({ ...curvesOption(data, now), tooltip: { ...frame(now), trigger: "axis", formatter } }),
    told: (index) => toldStep(data, index),
    order: [...Array(steps(data)).keys()],
  };
}

function mount(view: HTMLElement, shown: View): void {
  // Set through the object model, which a strict content security policy allows.
  view.style.height = `${shown.size.height}px`;
  view.style.minWidth = `${shown.size.width}px`;
  const chart = init(view, null, { renderer: "canvas" });
  const paint = (): void => {
    chart.setOption(shown.option(look(view)), { notMerge: true });
  };
  paint();
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(view);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]) {
    matchMedia(query).addEventListener("change", paint);
  }
  keys(view, chart, shown);
}

/** Title and rows of a case. */
function told(chains: Chains, index: number): [string, Tip] {
  const one = chains.cases[index];
  return one === undefined ? ["", []] : [`${one.name} ${one.file}`, one.tip];
}

/** Title and rows of a link. */
function toldLink(chains: Chains, index: number): [string, Tip] {
  const link = chains.links[index];
  if (link === undefined) return ["", []];
  return [`${chains.cases[link.source]?.name ?? ""} → ${chains.cases[link.target]?.name ?? ""}`, link.tip];
}

interface Pointed {
  dataIndex: number;
  dataType?: string;
  seriesIndex?: number;
}

/** How every box looks. */
function frame(now: Look): object {
  return {
    // Confined: the box has no arrow, which the library would style inline.
    confine: true,
    transitionDuration: now.still ? 0 : 0.1,
    backgroundColor: now.surface,
    borderColor: now.line,
    padding: 0,
    textStyle: { color: now.ink, fontFamily: now.letters, fontSize: 13 },
  };
}

function tooltip(chains: Chains, now: Look): object {
  return {
    ...frame(now),
    trigger: "item",
    formatter: (pointed: Pointed) => {
      const link = pointed.dataType === "edge" || pointed.seriesIndex === 1;
      return box(...(link ? toldLink(chains, pointed.dataIndex) : told(chains, pointed.dataIndex)));
    },
  };
}

/** The case that an arrow key leads to from the present one (-1: none yet); null for any other key. */
export function step(key: string, now: number, count: number): number | null {
  if (key === "ArrowRight" || key === "ArrowDown") return Math.min(now + 1, count - 1);
  if (key === "ArrowLeft" || key === "ArrowUp") return Math.max(now - 1, 0);
  return key === "Home" ? 0 : key === "End" ? count - 1 : null;
}

/** Arrow keys go from case to case, or from step to step, and tell each; Escape closes the box. */
function keys(view: HTMLElement, chart: ECharts, { order, told: tell }: View): void {
  const ear = view.closest("[data-chart]")?.querySelector("[data-told]");
  let now = -1;
  const leave = (): void => {
    chart.dispatchAction({ type: "hideTip" });
    chart.dispatchAction({ type: "downplay", seriesIndex: 0 });
  };
  view.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    const next = step(event.key, now, order.length);
    if (next === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    now = next;
    const dataIndex = order[now] ?? 0;
    leave();
    chart.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex });
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex });
    if (ear) ear.textContent = sentence(...tell(dataIndex));
  });
  view.addEventListener("blur", leave);
}
