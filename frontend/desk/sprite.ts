import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { Plugin } from "vite";

/** The drawing inside one outline icon, without its frame and its empty box. */
function drawing(svg: string): string {
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>[\s\S]*$/, "");
  return body.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
}

/** One `<symbol>` per icon; colour and stroke come from where it is used. */
export function sprite(icons: ReadonlyMap<string, string>): string {
  const symbols = [...icons].map(
    ([name, svg]) => `<symbol id="${name}" viewBox="0 0 24 24">${drawing(svg)}</symbol>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Emit `sprite.svg` with the Tabler outline icons named in a JSON list. */
export function iconSprite(list: string): Plugin {
  return {
    name: "epigrid-icon-sprite",
    apply: "build",
    generateBundle() {
      const names = JSON.parse(readFileSync(list, "utf8")) as string[];
      const folder = join(
        dirname(createRequire(import.meta.url).resolve("@tabler/icons/package.json")),
        "icons/outline",
      );
      const icons = new Map(names.map((name) => [name, readFileSync(join(folder, `${name}.svg`), "utf8")]));
      this.emitFile({
        type: "asset",
        name: "sprite.svg",
        originalFileName: "sprite.svg",
        source: sprite(icons),
      });
    },
  };
}
