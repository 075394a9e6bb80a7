import { beforeEach, expect, test } from "vitest";

import { isBusy, rememberStamp, stampRequest, startPolling } from "../src/polling";

let region: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<div id="r" data-poll data-stamp='"7"'><input type="search"><input type="checkbox"></div>`;
  region = document.getElementById("r") as HTMLElement;
});

const answer = (status: number, etag: string | null): XMLHttpRequest =>
  ({ status, getResponseHeader: () => etag }) as unknown as XMLHttpRequest;

test("a poll sends the stamp of what is shown, and other requests send none", () => {
  const headers: Record<string, string> = {};
  stampRequest({ elt: region, headers });
  expect(headers).toEqual({ "If-None-Match": '"7"' });
  const others: Record<string, string> = {};
  stampRequest({ elt: document.body, headers: others });
  expect(others).toEqual({});
});

test("a new page brings its stamp, an unchanged one or a failure keeps the old", () => {
  rememberStamp({ elt: region, xhr: answer(304, '"9"') });
  rememberStamp({ elt: region, xhr: answer(500, '"9"') });
  expect(region.dataset["stamp"]).toBe('"7"');
  rememberStamp({ elt: region, xhr: answer(200, '"8"') });
  expect(region.dataset["stamp"]).toBe('"8"');
});

test("nothing is swapped away under a person's hands", () => {
  expect(isBusy(region)).toBe(false);
  region.querySelector<HTMLInputElement>("[type=search]")?.focus();
  expect(isBusy(region)).toBe(true);
  (document.activeElement as HTMLElement).blur();
  const box = region.querySelector<HTMLInputElement>("[type=checkbox]") as HTMLInputElement;
  box.checked = true;
  expect(isBusy(region)).toBe(true);
});

test("a poll of a busy region is called off, a request inside it is not", () => {
  startPolling(document);
  const send = (elt: Element): boolean =>
    elt.dispatchEvent(
      new CustomEvent("htmx:configRequest", { bubbles: true, cancelable: true, detail: { elt, headers: {} } }),
    );
  const field = region.querySelector("input") as HTMLInputElement;
  expect(send(region)).toBe(true);
  field.focus();
  expect(send(region)).toBe(false);
  expect(send(field)).toBe(true);
});
