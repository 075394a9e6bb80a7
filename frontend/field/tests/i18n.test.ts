import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import { afterEach, expect, test } from "vitest";

import { language, speak, t } from "../src/core/i18n";
import { OWN_REASONS, why } from "../src/core/reasons";
import { WORDS } from "../src/shell/acts";
import { SENTENCES, TROUBLE } from "../src/shell/help";
import { SCREENS } from "../src/shell/screens";

const ROOT = join(import.meta.dirname, "../src");
const files: Record<string, { default: Record<string, string> }> = import.meta.glob("../src/zh/*.ts", { eager: true });

function sources(folder = ROOT): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "zh" ? [] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** The sentences that a source file asks for by name; those that it computes stand in lists below. */
function asked(path: string): string[] {
  const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const plain = text.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g);
  const chosen = text.matchAll(/\bt\([^()?]*\?\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*")/g);
  return [...plain, ...chosen].flatMap(([, ...sentences]) => sentences.map((sentence) => JSON.parse(sentence) as string));
}

const computed = [...Object.values(SENTENCES).flat(), ...TROUBLE.flat(), ...WORDS, ...Object.values(OWN_REASONS), ...SCREENS.map((screen) => screen.title)];
const holes = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();

afterEach(() => speak("zh"));

test("every sentence of every source has its Chinese", () => {
  const known = new Set(Object.values(files).flatMap((file) => Object.keys(file.default)));
  const missing = sources().flatMap((path) => asked(path).filter((sentence) => !known.has(sentence)).map((sentence) => `${relative(ROOT, path)}: ${sentence}`));
  expect(missing).toEqual([]);
  expect(computed.filter((sentence) => !known.has(sentence))).toEqual([]);
});

test("a sentence has one Chinese, whichever screen says it, with the same holes", () => {
  const seen = new Map<string, Set<string>>();
  for (const [english, chinese] of Object.values(files).flatMap((file) => Object.entries(file.default))) {
    seen.set(english, (seen.get(english) ?? new Set()).add(chinese));
    expect(holes(chinese), english).toEqual(holes(english));
  }
  expect([...seen].filter(([, all]) => all.size > 1).map(([english, all]) => [english, ...all])).toEqual([]);
});

test("words follow the language and fill their holes", () => {
  expect([language.value, t("{n} waiting", { n: 3 })]).toEqual(["zh", "待上传 3 条"]);
  speak("en");
  expect(t("{n} waiting", { n: 3 })).toBe("3 waiting");
  expect(document.documentElement.lang).toBe("en");
});

test("a refusal is told in words: the phone's own, the server's, or its bare key", () => {
  speak("en");
  expect(why("pin.trivial")).toBe("This PIN is too easy to guess.");
  expect(why("box.count-differs")).toBe("The count said is not the number of tubes.");
  expect(why("http.418")).toBe("The server could not take it.");
  expect(why("nobody.wrote-this")).toBe("nobody.wrote-this");
  speak("zh");
  expect(why("box.count-differs")).toMatch(/\p{Script=Han}/u);
});
