/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { iconSprite } from "./sprite.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The desk's bundle: one script, one style sheet, one sprite of icons, with
 * hashed names and a manifest that Django's template tags read. Relative
 * addresses, so that the files can be served from any static root.
 */
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  plugins: [iconSprite(here("./icons.json"))],
  css: {
    preprocessorOptions: { scss: { loadPaths: [here("../node_modules")], quietDeps: true } },
  },
  build: {
    outDir: here("../../src/epigrid/interfaces/static/desk"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // Data addresses are allowed for images only; everything else stays a file.
    assetsInlineLimit: 0,
    // The oldest browsers of a county's desks; newer CSS is lowered to them.
    target: ["chrome111", "edge111", "firefox115", "safari16.4"],
    modulePreload: { polyfill: false },
    // The library of charts, a file of its own that only pages with a chart fetch.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { desk: here("./src/main.ts") },
      // htmx holds an eval that allowEval=false never reaches, and the content security policy forbids.
      checks: { eval: false },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
  },
});
