/** The island that draws: fetched by pages that have a chart, and nowhere else. */
import { CustomChart, GraphChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { lines, type Chains, type Tip } from "./data";
import { ganttOption, ganttSize } from "./gantt";
import { graphOption, graphSize } from "./graph";
import { look, type Look } from "./look";
import { box, sentence } from "./tip";

use([GraphChart, CustomChart, GridComponent, TooltipComponent, CanvasRenderer]);

const KINDS = {
  graph: { size: graphSize, option: graphOption, order: (chains: Chains) => chains.cases.map((_one, index) => index) },
  gantt: { size: ganttSize, option: ganttOption, order: lines },
} as const;

/** Draw the views of one figure from the data that it carries. */
export function draw(figure: HTMLElement): void {
  const chains = JSON.parse(figure.dataset["chart"] ?? "") as Chains;
  if (chains.cases.length === 0) return;
  figure.hidden = false;
  for (const view of figure.querySelectorAll<HTMLElement>("[data-view]")) {
    const kind = view.dataset["view"];
    if (kind === "graph" || kind === "gantt") mount(view, chains, kind);
  }
}

function mount(view: HTMLElement, chains: Chains, kind: keyof typeof KINDS): void {
  const { size, option, order } = KINDS[kind];
  const { height, width } = size(chains);
  // Set through the object model, which a strict content security policy allows.
  view.style.height = `${height}px`;
  view.style.minWidth = `${width}px`;
  const chart = init(view, null, { renderer: "canvas" });
  const paint = (): void => {
    const now = look(view);
    chart.setOption({ ...option(chains, now), tooltip: tooltip(chains, now) }, { notMerge: true });
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
  keys(view, chart, chains, order(chains));
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

function tooltip(chains: Chains, now: Look): object {
  return {
    trigger: "item",
    // Confined: the box has no arrow, which the library would style inline.
    confine: true,
    transitionDuration: now.still ? 0 : 0.1,
    backgroundColor: now.surface,
    borderColor: now.line,
    padding: 0,
    textStyle: { color: now.ink, fontFamily: now.letters, fontSize: 13 },
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

/** Arrow keys go from case to case and tell each; Escape closes the box. */
function keys(view: HTMLElement, chart: ECharts, chains: Chains, order: readonly number[]): void {
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
    if (ear) ear.textContent = sentence(...told(chains, dataIndex));
  });
  view.addEventListener("blur", leave);
}
