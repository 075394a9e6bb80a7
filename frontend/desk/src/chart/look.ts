/** Colours and letters of a chart: the desk's own tokens, as the page shows them now (light or dark). */

const TOKENS = {
  ink: "--desk-ink",
  quiet: "--desk-quiet",
  line: "--desk-line",
  surface: "--desk-surface",
  sunken: "--desk-sunken",
  accent: "--desk-accent",
  windowFill: "--tone-wait-line",
  windowLine: "--tone-wait-ink",
  afterFill: "--tone-quiet-fill",
  afterLine: "--desk-field",
  sampled: "--tone-stop-ink",
  isolated: "--tone-ok-ink",
} as const;

export type Look = Record<keyof typeof TOKENS, string> & { letters: string; still: boolean; narrow: boolean };

const NARROW_PX = 560;

/** Read the tokens through an element that lives in the page: `light-dark()` is resolved only there. */
export function look(view: HTMLElement): Look {
  const probe = view.ownerDocument.createElement("span");
  probe.hidden = true;
  view.append(probe);
  const colours = Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => {
      probe.style.color = `var(${token})`;
      return [name, getComputedStyle(probe).color];
    }),
  ) as Record<keyof typeof TOKENS, string>;
  probe.remove();
  return {
    ...colours,
    letters: getComputedStyle(view).fontFamily,
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    narrow: view.clientWidth < NARROW_PX,
  };
}
