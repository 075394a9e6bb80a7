import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import type { Plugin } from "vite";

const digest = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex").slice(0, 12);

/** Writes the list of the build's files, each with the digest of its content, into the service worker. */
export function precached(publicDir: string): Plugin {
  return {
    name: "epigrid-precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files: [string, string][] = readdirSync(publicDir)
          .filter((name) => name !== "manifest.webmanifest")
          .map((name) => [`/static/field/${name}`, digest(readFileSync(join(publicDir, name)))]);
        files.push(["/field/manifest.webmanifest", digest(readFileSync(join(publicDir, "manifest.webmanifest")))]);
        for (const output of Object.values(bundle)) {
          const content = output.type === "chunk" ? output.code : output.source;
          if (output.fileName === "index.html") files.push(["/field/", digest(content)]);
          else if (output.fileName !== "sw.js") files.push([`/static/field/${output.fileName}`, digest(content)]);
        }
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk" || !worker.code.includes("__PRECACHE__")) throw new Error("the service worker has no place for its list of files");
        worker.code = worker.code.replace(/["'`]__PRECACHE__["'`]/, JSON.stringify(JSON.stringify(files.sort())));
      },
    },
  };
}

/** Puts a gzip twin beside each text and wasm file, which the server sends to whoever takes it. */
export function compressed(): Plugin {
  return {
    name: "epigrid-gzip",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (!/\.(js|css|wasm|svg)$/.test(output.fileName) || output.fileName === "sw.js") continue;
          const content = output.type === "chunk" ? output.code : output.source;
          this.emitFile({ type: "asset", fileName: `${output.fileName}.gz`, source: gzipSync(content, { level: 9 }) });
        }
      },
    },
  };
}
