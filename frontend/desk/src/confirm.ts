/**
 * A question before a grave act. A form or button with `data-confirm` is held
 * back until the page's one `<dialog id="desk-confirm">` is answered yes. The
 * button that was pressed is the one that is sent, so its name and value stay.
 *
 * Without this script the form simply posts: the server asks and checks anyway.
 */

const answered = new WeakSet<HTMLFormElement>();

/** The element that carries the question: the pressed button before the form. */
export function asker(form: HTMLFormElement, submitter: HTMLElement | null): HTMLElement | null {
  if (submitter?.dataset["confirm"]) return submitter;
  return form.dataset["confirm"] ? form : null;
}

function fill(dialog: HTMLDialogElement, source: HTMLElement): void {
  const put = (name: string, text: string | undefined): void => {
    const slot = dialog.querySelector<HTMLElement>(`[data-slot=${name}]`);
    if (slot === null) return;
    slot.dataset["usual"] ??= slot.textContent ?? "";
    slot.textContent = text || slot.dataset["usual"];
  };
  put("title", source.dataset["confirmTitle"]);
  put("text", source.dataset["confirm"]);
  put("yes", source.dataset["confirmAction"]);
  const yes = dialog.querySelector<HTMLElement>("[data-slot=yes]");
  yes?.classList.toggle("btn-danger", source.dataset["confirmTone"] === "stop");
  yes?.classList.toggle("btn-primary", source.dataset["confirmTone"] !== "stop");
}

/** Ask, and call `go` only after a yes. Escape and closing are a no. */
export function ask(dialog: HTMLDialogElement, source: HTMLElement, go: () => void): void {
  fill(dialog, source);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
  dialog.showModal();
}

/** Wire the questions of a page. */
export function startConfirm(page: Document): void {
  const dialog = page.getElementById("desk-confirm");
  if (!(dialog instanceof HTMLDialogElement)) return;
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.method === "dialog") return;
      const source = asker(form, event.submitter);
      if (source === null || answered.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      ask(dialog, source, () => {
        answered.add(form);
        form.requestSubmit(submitter);
      });
    },
    { capture: true },
  );
}
