import { beforeEach, expect, test } from "vitest";

import { refresh, selectAll } from "../src/selection";

let form: HTMLFormElement;

beforeEach(() => {
  document.body.innerHTML = `<form><input type="checkbox" data-select-all="person">
    <input type="checkbox" name="person" value="a"><input type="checkbox" name="person" value="b">
    <input type="checkbox" name="person" value="c" disabled>
    <b data-selected-count></b><button data-needs-selection>go</button></form>`;
  form = document.querySelector("form") as HTMLFormElement;
});

test("select all takes every row that may be taken, and no other", () => {
  selectAll(form, "person", true);
  expect(new FormData(form).getAll("person")).toEqual(["a", "b"]);
  expect(form.querySelector("b")?.textContent).toBe("2");
});

test("a button that needs rows waits for the first one", () => {
  const button = form.querySelector("button") as HTMLButtonElement;
  expect(refresh(form, "person")).toBe(0);
  expect(button.disabled).toBe(true);
  (form.querySelector("[value=a]") as HTMLInputElement).checked = true;
  expect(refresh(form, "person")).toBe(1);
  expect(button.disabled).toBe(false);
  expect((form.querySelector("[data-select-all]") as HTMLInputElement).indeterminate).toBe(true);
});
