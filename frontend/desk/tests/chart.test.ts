import { expect, test } from "vitest";

import { startCharts } from "../src/charts";
import { curvesOption, steps, toldStep, type Curves } from "../src/chart/curves";
import { lines, moment, rows, shortFile, type ChainCase, type Chains } from "../src/chart/data";
import { ganttOption, ganttSize, span } from "../src/chart/gantt";
import { graphOption, graphSize } from "../src/chart/graph";
import { step } from "../src/chart/island";
import type { Look } from "../src/chart/look";
import { box, sentence } from "../src/chart/tip";

const LOOK: Look = {
  ink: "i", quiet: "q", line: "l", surface: "s", sunken: "k", accent: "a", windowFill: "wf", windowLine: "wl",
  afterFill: "af", afterLine: "al", sampled: "p", isolated: "o", letters: "sans-serif", still: false, narrow: false,
};

function one(name: string, generation: number, day: number): ChainCase {
  const wall = (of: number): string => `2022-11-${String(of).padStart(2, "0")}T09:00:00`;
  return { name, file: `F-${name}`, generation, from: wall(day - 2), until: wall(day), sampled: wall(day), isolated: null, tip: [["day", String(day)]] };
}

function link(source: number, target: number, best = true): Chains["links"][number] {
  return { source, target, best, at: null, tip: [] };
}

/** A has infected C and B (C the earlier); B has infected D; C is D's alternative; E stands alone. */
const CHAINS: Chains = {
  generations: ["1", "2", "3"],
  cases: [one("A", 0, 10), one("B", 1, 14), one("C", 1, 12), one("D", 2, 17), one("E", 0, 16)],
  links: [link(0, 1), link(0, 2), link(1, 3), link(2, 3, false)],
};

test("a wall time is the same number whatever zone the browser is in", () => {
  expect(moment("2022-11-21T00:00:00")).toBe(Date.UTC(2022, 10, 21));
});

test("in the graph the earlier branch stands above, a source amid its own, a case alone in a row of its own", () => {
  expect(rows(CHAINS)).toEqual([0.5, 1, 0, 1, 2]);
});

test("in the Gantt chart everybody stands beneath his best source, branch after branch", () => {
  expect(lines(CHAINS).map((index) => CHAINS.cases[index]?.name)).toEqual(["A", "C", "B", "D", "E"]);
});

test("no case is lost or drawn twice, even when a case names two best sources", () => {
  const twice = { ...CHAINS, links: [...CHAINS.links, link(2, 3)] };
  expect([...lines(twice)].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(new Set(rows(twice).map((row, index) => `${CHAINS.cases[index]?.generation} ${row}`)).size).toBe(5);
});

test("best links are solid, alternatives dashed, and every case has the same size", () => {
  const [series] = [graphOption(CHAINS, LOOK).series].flat();
  const drawn = series as { links: { lineStyle: { type?: unknown } }[]; data: object[]; symbolSize: unknown };
  expect(drawn.links.map((each) => each.lineStyle.type !== undefined)).toEqual([false, false, false, true]);
  expect(drawn.symbolSize).toBeTypeOf("number");
  expect(drawn.data.every((node) => !("symbolSize" in node))).toBe(true);
});

test("a phone shows names without file numbers, and a reader of little motion sees none", () => {
  const label = (look: Look): string => {
    const [series] = [graphOption(CHAINS, look).series].flat();
    return (series as unknown as { label: { formatter: (of: { dataIndex: number }) => string } }).label.formatter({ dataIndex: 0 });
  };
  expect(label(LOOK)).toContain("{file|A}");
  expect(label({ ...LOOK, narrow: true })).toBe("A");
  expect(graphOption(CHAINS, { ...LOOK, still: true }).animation).toBe(false);
  expect(ganttOption(CHAINS, LOOK).animation).toBe(false);
});

test("a file number is short only while nobody else's ends alike", () => {
  const [first, second] = [one("A", 0, 10), one("B", 0, 11)];
  const of = (file: string): Chains => ({ ...CHAINS, cases: [{ ...first, file: "x-01" }, { ...second, file }] });
  expect([shortFile(of("x-02"), 0), shortFile(of("y-01"), 0)]).toEqual(["01", "x-01"]);
});

test("the axis of time spans whole days around everything", () => {
  const { min, max } = span(CHAINS);
  expect([new Date(min).toISOString(), new Date(max).toISOString()]).toEqual(["2022-11-08T00:00:00.000Z", "2022-11-18T00:00:00.000Z"]);
});

test("charts grow with their cases", () => {
  const few = { ...CHAINS, cases: CHAINS.cases.slice(0, 1), links: [] };
  expect(graphSize(CHAINS).height).toBeGreaterThan(graphSize(few).height);
  expect(ganttSize(CHAINS).height).toBeGreaterThan(ganttSize(few).height);
});

test("arrow keys stay within the cases, other keys are left alone", () => {
  expect([step("ArrowRight", -1, 3), step("ArrowDown", 2, 3), step("ArrowLeft", 0, 3), step("End", 0, 3), step("Home", 2, 3)]).toEqual([0, 2, 0, 2, 0]);
  expect(step("Tab", 0, 3)).toBeNull();
});

test("a box reads nothing as markup and says the same to the ear", () => {
  const shown = box("<b>A</b>", [["met", "<i>twice</i>"]]);
  expect(shown.querySelector("b, i")).toBeNull();
  expect(shown.textContent).toContain("<i>twice</i>");
  expect(shown.querySelector("[style]")).toBeNull();
  expect(sentence("A", [["met", "twice"]])).toBe("A; met twice");
});

test("a page without a chart stays as it is", async () => {
  document.body.innerHTML = "<table></table>";
  await startCharts(document);
  expect(document.body.innerHTML).toBe("<table></table>");
});

const CURVES: Curves = {
  from: "2022-11-21T08:00:00",
  minutes: 15,
  curves: [
    { name: "came", mark: "best", values: [0, 4] },
    { name: "forecast", mark: "other", values: [0, 3, 6] },
  ],
};

test("a step of curves tells its wall time and what each curve knows of it", () => {
  expect(steps(CURVES)).toBe(3);
  expect(toldStep(CURVES, 1)).toEqual(["08:15", [["came", "4"], ["forecast", "3"]]]);
  expect(toldStep(CURVES, 2)).toEqual(["08:30", [["forecast", "6"]]]);
});

test("what was is drawn solid, what was forecast dashed, both at the same moments", () => {
  const series = [curvesOption(CURVES, LOOK).series].flat() as { lineStyle: { type: string }; data: [number, number][] }[];
  expect(series.map((curve) => curve.lineStyle.type)).toEqual(["solid", "dashed"]);
  expect(series[0]?.data[1]).toEqual([Date.UTC(2022, 10, 21, 8, 15), 4]);
});
