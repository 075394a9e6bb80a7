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

/**
 * The row of each case: a case stands amid those that it may have infected
 * (best links only), earlier ones above, and no two branches cross.
 */
export function rows(chains: Chains): number[] {
  const children = chains.cases.map((): number[] => []);
  const hasSource = new Set<number>();
  for (const link of chains.links) {
    if (!link.best || hasSource.has(link.target)) continue;
    hasSource.add(link.target);
    children[link.source]?.push(link.target);
  }
  const placed: number[] = chains.cases.map(() => -1);
  let free = 0;
  const place = (index: number): number => {
    const below = earliestFirst(chains, children[index] ?? []).map(place);
    const [first, last] = [below[0], below[below.length - 1]];
    placed[index] = first === undefined || last === undefined ? free++ : (first + last) / 2;
    return placed[index] ?? 0;
  };
  const roots = chains.cases.map((_one, index) => index).filter((index) => !hasSource.has(index));
  for (const root of earliestFirst(chains, roots)) place(root);
  return placed;
}

/** Positions of the cases as lines of a Gantt chart, each directly beneath its best source's earlier ones. */
export function lines(chains: Chains): number[] {
  const at = rows(chains);
  const order = chains.cases.map((_one, index) => index);
  const key = (index: number): [number, number] => [at[index] ?? 0, chains.cases[index]?.generation ?? 0];
  return order.sort((left, right) => {
    const [leftRow, leftGeneration] = key(left);
    const [rightRow, rightGeneration] = key(right);
    return leftRow - rightRow || leftGeneration - rightGeneration || left - right;
  });
}

function earliestFirst(chains: Chains, indexes: readonly number[]): number[] {
  return [...indexes].sort((left, right) => {
    const [one, other] = [chains.cases[left]?.sampled ?? "", chains.cases[right]?.sampled ?? ""];
    return one < other ? -1 : one > other ? 1 : left - right;
  });
}
