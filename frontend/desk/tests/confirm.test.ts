import { beforeEach, expect, test, vi } from "vitest";

import { ask, asker } from "../src/confirm";

let dialog: HTMLDialogElement;

beforeEach(() => {
  document.body.innerHTML = `
    <dialog id="desk-confirm"><h2 data-slot="title">Sure?</h2><p data-slot="text"></p>
      <button data-slot="yes">Yes</button></dialog>
    <form data-confirm="Issue ten holds?"><button id="plain">a</button>
      <button id="own" data-confirm="Release?" data-confirm-title="Release" data-confirm-tone="stop">b</button></form>`;
  dialog = document.querySelector("dialog") as HTMLDialogElement;
});

test("a button's own question goes before its form's", () => {
  const form = document.querySelector("form") as HTMLFormElement;
  expect(asker(form, document.getElementById("own"))?.id).toBe("own");
  expect(asker(form, document.getElementById("plain"))).toBe(form);
  delete form.dataset["confirm"];
  expect(asker(form, null)).toBeNull();
});

test("the dialog shows the question, and falls back to its usual words afterwards", () => {
  ask(dialog, document.getElementById("own") as HTMLElement, () => undefined);
  expect(dialog.querySelector("h2")?.textContent).toBe("Release");
  expect(dialog.querySelector("button")?.classList.contains("btn-danger")).toBe(true);
  dialog.close("");
  ask(dialog, document.querySelector("form") as HTMLElement, () => undefined);
  expect(dialog.querySelector("h2")?.textContent).toBe("Sure?");
  expect(dialog.querySelector("p")?.textContent).toBe("Issue ten holds?");
});

test("only a yes goes on, once; closing is a no", () => {
  const go = vi.fn();
  const form = document.querySelector("form") as HTMLElement;
  ask(dialog, form, go);
  dialog.close("");
  expect(go).not.toHaveBeenCalled();
  ask(dialog, form, go);
  dialog.close("yes");
  expect(go).toHaveBeenCalledTimes(1);
});
