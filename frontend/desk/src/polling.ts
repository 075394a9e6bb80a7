/**
 * Freshness by polling: a region with `data-poll` asks its address again and
 * again (htmx `every Ns`). It sends the version stamp it shows, so that an
 * unchanged page costs the server one question (304) and the reader nothing.
 *
 * A region is left alone while the page is hidden or while somebody works in it
 * (a field with focus, an open dialog or form, boxes just ticked): a poll never takes away
 * what a person is about to decide.
 */

interface RequestDetail {
  elt: Element;
  headers: Record<string, string>;
}

interface ResponseDetail {
  elt: Element;
  xhr: XMLHttpRequest;
}

const FIELDS = "input:not([type=hidden]), select, textarea";

/** The polled region that an htmx event is about, if it is about one. */
function region(target: Element): HTMLElement | null {
  return target instanceof HTMLElement && target.hasAttribute("data-poll") ? target : null;
}

/** Say whether a person is at work inside the region. */
export function isBusy(polled: HTMLElement): boolean {
  const active = polled.ownerDocument.activeElement;
  if (active !== null && polled.contains(active) && active.matches(FIELDS)) return true;
  if (polled.querySelector("dialog[open], details[open] form") !== null) return true;
  const boxes = polled.querySelectorAll<HTMLInputElement>("input[type=checkbox]");
  return [...boxes].some((box) => box.checked !== box.defaultChecked);
}

/** Say whether the region may be asked for now. */
export function mayPoll(polled: HTMLElement): boolean {
  return !polled.ownerDocument.hidden && !isBusy(polled);
}

/** Attach the stamp of what is shown, so that the server can answer 304. */
export function stampRequest(detail: RequestDetail): void {
  const stamp = region(detail.elt)?.dataset["stamp"];
  if (stamp) detail.headers["If-None-Match"] = stamp;
}

/** Remember the stamp of what was just received. */
export function rememberStamp(detail: ResponseDetail): void {
  const polled = region(detail.elt);
  if (polled === null || detail.xhr.status !== 200) return;
  const stamp = detail.xhr.getResponseHeader("ETag");
  if (stamp) polled.dataset["stamp"] = stamp;
}

/** Wire the polled regions of a page. */
export function startPolling(page: Document): void {
  page.addEventListener("htmx:configRequest", (event) => {
    const detail = (event as CustomEvent<RequestDetail>).detail;
    const polled = region(detail.elt);
    if (polled === null) return;
    if (!mayPoll(polled)) event.preventDefault();
    else stampRequest(detail);
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    rememberStamp((event as CustomEvent<ResponseDetail>).detail);
  });
}
