import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../../src/ui/field.css"), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).match(/\{([^}]*)\}/)?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})/g)].map(([, name, colour]) => [name, colour]));
}

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : (colour.slice(1).match(/../g) ?? []);
  const [red, green, blue] = hex.map((part) => parseInt(part, 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

const contrast = (one: string, other: string): number => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
};

const PAIRS = [["ink", "surface"], ["ink", "sunken"], ["quiet", "surface"], ["accent", "surface"], ["on-accent", "accent"], ["good-ink", "good-fill"], ["wait-ink", "wait-fill"], ["bad-ink", "bad-fill"], ["bad-ink", "surface"]] as const;
const light = tokens(":root {");

test.each([["light", light], ["dark", { ...light, ...tokens(':root[data-look="dark"]') }], ["sun", { ...light, ...tokens(':root[data-look="sun"]') }]])(
  "in the %s look every text stands out by at least 7 to 1",
  (_look, colours) => {
    for (const [ink, ground] of PAIRS) expect(contrast(colours[ink] ?? "", colours[ground] ?? ""), `${ink} on ${ground}`).toBeGreaterThanOrEqual(7);
  },
);

test("buttons and fields are at least 48 px high", () => {
  expect(css).toMatch(/--target: 3rem;/);
  for (const rule of [/\.button, a\.button \{[^}]*min-height: var\(--target\)/, /\.field input[^{]*\{[^}]*min-height: var\(--target\)/]) expect(css).toMatch(rule);
});
