/**
 * Keys: `/` goes to the search field, `?` opens the help, `g` and then a letter
 * goes to the page whose link carries that letter in `data-go`. Never while
 * somebody types, never with a modifier.
 */

export type Act = { act: "search" } | { act: "help" } | { act: "go"; letter: string } | { act: "wait" } | null;

interface Press {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
}

/** Say what one key means, given whether `g` came just before. */
export function meaning(press: Press, typing: boolean, afterGo: boolean): Act {
  if (typing || press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  if (afterGo && /^[a-z]$/.test(press.key)) return { act: "go", letter: press.key };
  if (press.key === "/") return { act: "search" };
  if (press.key === "?") return { act: "help" };
  return press.key === "g" ? { act: "wait" } : null;
}

/** Say whether keys belong to the element that has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

const GO_WAIT_MS = 1500;

/** Wire the keys of a page. */
export function startKeys(page: Document): void {
  let goAt = Number.NEGATIVE_INFINITY;
  page.addEventListener("keydown", (event) => {
    const act = meaning(event, isTyping(event.target), event.timeStamp - goAt < GO_WAIT_MS);
    goAt = act?.act === "wait" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (act === null || act.act === "wait") return;
    const target = find(page, act);
    if (target === null) return;
    event.preventDefault();
    if (act.act === "search") target.focus();
    else target.click();
  });
}

function find(page: Document, act: Exclude<Act, null>): HTMLElement | null {
  if (act.act === "search") return page.querySelector<HTMLElement>("[data-search]");
  if (act.act === "help") return page.querySelector<HTMLElement>("[data-help] > summary");
  return act.act === "go" ? page.querySelector<HTMLElement>(`[data-go="${act.letter}"]`) : null;
}
