/**
 * What the server could not do is said in words: a refused or failed request
 * shows the page's own sentence, an ended session leads to the sign-in page.
 */

interface Outcome {
  xhr: XMLHttpRequest;
}

/** Which of the page's sentences fits an outcome (`data-<key>` on the live region). */
export function sentenceKey(status: number): "offline" | "refused" | "missing" | "busy" | "failed" {
  if (status === 0) return "offline";
  if (status === 403) return "refused";
  if (status === 404) return "missing";
  if (status === 409 || status === 429) return "busy";
  return "failed";
}

/** Say whether an answer is the sign-in page instead of what was asked for. */
export function isSignIn(answeredBy: string, signInPath: string): boolean {
  if (!answeredBy || !signInPath) return false;
  return new URL(answeredBy, "http://page.invalid").pathname === signInPath;
}

function say(page: Document, status: number): void {
  const live = page.getElementById("desk-live");
  if (live === null) return;
  live.textContent = live.dataset[sentenceKey(status)] ?? "";
  live.hidden = live.textContent === "";
}

/** Wire the messages of failed requests. */
export function startNetwork(page: Document): void {
  const live = page.getElementById("desk-live");
  const signInPath = live?.dataset["signIn"] ?? "";
  const window = page.defaultView;
  page.addEventListener("htmx:sendError", () => say(page, 0));
  page.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<Outcome>).detail;
    if (xhr.status === 401) window?.location.reload();
    else say(page, xhr.status);
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = (event as CustomEvent<Outcome>).detail;
    if (isSignIn(xhr.responseURL, signInPath)) {
      event.preventDefault();
      window?.location.reload();
    }
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = (event as CustomEvent<Outcome>).detail;
    if (live !== null && xhr.status >= 200 && xhr.status < 400) live.hidden = true;
  });
}
