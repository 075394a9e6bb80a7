import { expect, test } from "vitest";

import { isTyping, meaning, startKeys } from "../src/keys";

const press = (key: string, more: object = {}) => ({
  key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more,
});

test("a slash searches, a question mark helps, g waits for a letter", () => {
  expect(meaning(press("/"), false, false)).toEqual({ act: "search" });
  expect(meaning(press("?"), false, false)).toEqual({ act: "help" });
  expect(meaning(press("g"), false, false)).toEqual({ act: "wait" });
  expect(meaning(press("s"), false, true)).toEqual({ act: "go", letter: "s" });
  expect(meaning(press("s"), false, false)).toBeNull();
});

test("keys are left to whoever types, to shortcuts and to input methods", () => {
  expect(meaning(press("/"), true, false)).toBeNull();
  expect(meaning(press("/", { ctrlKey: true }), false, false)).toBeNull();
  expect(meaning(press("g", { isComposing: true }), false, false)).toBeNull();
  document.body.innerHTML = `<textarea></textarea><a href="#">x</a>`;
  expect(isTyping(document.querySelector("textarea"))).toBe(true);
  expect(isTyping(document.querySelector("a"))).toBe(false);
});

test("g and a letter follow the link of that letter, a slash takes the focus", () => {
  document.body.innerHTML = `<a data-go="s" href="#here">s</a><input data-search>`;
  startKeys(document);
  let followed = 0;
  document.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    followed += 1;
  });
  const type = (key: string) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  type("g");
  type("s");
  type("s");
  expect(followed).toBe(1);
  type("/");
  expect(document.activeElement).toBe(document.querySelector("input"));
});
