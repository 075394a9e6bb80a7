/**
 * Charts are an enhancement of the tables beside them. The library that draws
 * them is a file of its own, fetched only by a page that has a `[data-chart]`.
 */

/** Draw the charts of a page; one that cannot be drawn stays away, and its table tells the same. */
export async function startCharts(page: Document): Promise<void> {
  const figures = [...page.querySelectorAll<HTMLElement>("[data-chart]")];
  if (figures.length === 0) return;
  const { draw } = await import("./chart/island");
  for (const figure of figures) draw(figure);
}
