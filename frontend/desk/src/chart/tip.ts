import type { Tip } from "./data";

/** The box beside a case or a link. Made of elements: the page allows no inline style, and nothing is read as markup. */
export function box(title: string, tip: Tip): HTMLElement {
  const root = document.createElement("div");
  root.className = "chart-tip";
  const heading = document.createElement("strong");
  heading.textContent = title;
  const list = document.createElement("dl");
  for (const [name, value] of tip) {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = value;
    list.append(term, text);
  }
  root.append(heading, list);
  return root;
}

/** The same for a reader by ear. */
export function sentence(title: string, tip: Tip): string {
  return [title, ...tip.map(([name, value]) => `${name} ${value}`)].join("; ");
}
