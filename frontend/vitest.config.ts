import { defineConfig } from "vitest/config";

/** Both front ends in one run, so that one line at the end says how many tests passed. */
export default defineConfig({ test: { projects: ["desk/vite.config.ts", "field/vite.config.ts"], maxWorkers: 2 } });
