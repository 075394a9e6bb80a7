/**
 * The tree's clock. The server writes the area's local moment; while that clock
 * runs, the page moves it on with the time that passed here. The browser's own
 * time and zone are never shown: an exercise lives in November 2022.
 */

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?/;
const SECOND_MS = 1000;

/**
 * The local wall time `elapsedMs` after an ISO moment, in that moment's own
 * zone, as `2022-11-21 17:05:09`; null for what is not a moment.
 */
export function advance(moment: string, elapsedMs: number): string | null {
  const parts = MOMENT.exec(moment);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second || 0);
  return new Date(wall + elapsedMs).toISOString().slice(0, 19).replace("T", " ");
}

/** Wire the clocks of a page. */
export function startClock(page: Document): void {
  const clocks = [...page.querySelectorAll<HTMLTimeElement>("time[data-clock=running]")];
  if (clocks.length === 0) return;
  const began = performance.now();
  const starts = clocks.map((clock) => clock.dateTime);
  setInterval(() => {
    const elapsed = performance.now() - began;
    clocks.forEach((clock, index) => {
      const text = advance(starts[index] ?? "", elapsed);
      if (text !== null) clock.textContent = text;
    });
  }, SECOND_MS);
}
