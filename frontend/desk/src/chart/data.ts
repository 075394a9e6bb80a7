/** What a chart of chains is given by the page, and where each case stands in it. Pure. */

/** Pairs of a name and a value, already in the reader's language. */
export type Tip = ReadonlyArray<readonly [string, string]>;

/** Moments are the area's wall time without a zone: the browser's own zone never counts. */
export interface ChainCase {
  name: string;
  file: string;
  generation: number;
  from: string;
  until: string;
  sampled: string;
  isolated: string | null;
  tip: Tip;
}

/** A candidate link; `source` and `target` are positions in `cases`, `at` is when they last met. */
export interface ChainLink {
  source: number;
  target: number;
  best: boolean;
  at: string | null;
  tip: Tip;
}

export interface Chains {
  generations: readonly string[];
  cases: readonly ChainCase[];
  links: readonly ChainLink[];
}

/** The number of a wall time on the chart's axis, which runs in UTC. */
export function moment(wall: string): number {
  return Date.parse(`${wall}Z`);
}

/** What stands beside a case: the last part of its file number, unless two cases share it; the box has it whole. */
export function shortFile(chains: Chains, index: number): string {
  const tail = (of: ChainCase | undefined): string => (of?.file ?? "").replace(/^.*-/, "");
  const mine = tail(chains.cases[index]);
  const shared = chains.cases.filter((other) => tail(other) === mine).length > 1;
  return shared ? (chains.cases[index]?.file ?? "") : mine;
}

interface Forest {
  roots: number[];
  children: number[][];
}

/** Cases beneath their best sources; earlier ones first. */
function forest(chains: Chains): Forest {
  const children = chains.cases.map((): number[] => []);
  const hasSource = new Set<number>();
  for (const link of chains.links) {
    if (!link.best || hasSource.has(link.target)) continue;
    hasSource.add(link.target);
    children[link.source]?.push(link.target);
  }
  const roots = chains.cases.map((_one, index) => index).filter((index) => !hasSource.has(index));
  const sampled = (index: number): string => chains.cases[index]?.sampled ?? "";
  const byTime = (left: number, right: number): number => {
    const [one, other] = [sampled(left), sampled(right)];
    return one < other ? -1 : one > other ? 1 : left - right;
  };
  for (const group of [roots, ...children]) group.sort(byTime);
  return { roots, children };
}

/** The row of each case in the graph: amid those that it may have infected, so that no two branches cross. */
export function rows(chains: Chains): number[] {
  const { roots, children } = forest(chains);
  const placed = chains.cases.map(() => 0);
  let free = 0;
  const place = (index: number): number => {
    const below = (children[index] ?? []).map(place);
    const [first, last] = [below[0], below[below.length - 1]];
    const row = first === undefined || last === undefined ? free++ : (first + last) / 2;
    placed[index] = row;
    return row;
  };
  roots.forEach(place);
  return placed;
}

/** Positions of the cases as lines of the Gantt chart: each above those that it may have infected. */
export function lines(chains: Chains): number[] {
  const { roots, children } = forest(chains);
  const found: number[] = [];
  const list = (index: number): void => {
    found.push(index);
    children[index]?.forEach(list);
  };
  roots.forEach(list);
  return found;
}
