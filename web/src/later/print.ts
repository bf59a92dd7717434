import type { Dress } from "../main";

/** Print one result alone: a copy of it in a frame of its own, everything unfolded. */
export function print(node: Element, dress: Dress): void {
  const frame = document.createElement("iframe");
  frame.className = "printing";
  node.getRootNode().appendChild(frame);
  const inner = frame.contentDocument!;
  dress(inner, frame.contentWindow as Window & typeof globalThis);
  const copy = inner.importNode(node, true);
  copy.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const app = inner.createElement("div");
  app.className = "app print";
  app.append(inner.importNode((node.getRootNode() as ShadowRoot).querySelector(".patterns")!, true), copy);
  inner.body.append(app);
  frame.contentWindow!.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow!.print();
}
