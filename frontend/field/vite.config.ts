/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { compressed, precached } from "./precache.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The field app: a shell, a chunk for the scanner, and a service worker that keeps all of it on the phone.
 *
 * Assets are served from /static/field/ under hashed names; shell, service worker and manifest under /field/ (`interfaces/field.py`).
 */
export default defineConfig({
  root: here("."),
  base: "/static/field/",
  publicDir: here("./public"),
  plugins: [precached(here("./public")), compressed()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../../src/epigrid/interfaces/static/field"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ["chrome111", "firefox115", "safari16.4"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here("./index.html"), sw: here("./src/sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  test: {
    root: here("."),
    environment: "happy-dom",
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    testTimeout: 20_000,
  },
});
