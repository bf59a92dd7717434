/**
 * The part of Preact's interface that the widget uses, in a fifth of its size: h, Fragment, Component, createRef, render.
 * Built in its place (vite.config.ts); types and the reference in the tests are Preact's.
 * Simpler because there is one root: every change draws from the root again, in one pass a microtask.
 */
type Props = Record<string, any>;
type Ref = { current: unknown } | ((value: unknown) => void);

interface Node_ {
  type: string | Function | null;
  props: Props;
  kids: Kid[];
  key: unknown;
  ref: Ref | undefined;
  /** The element or text; none for components and fragments. */
  dom?: Node;
  /** The instance of a class. */
  made?: Component;
}

type Kid = Node_ | null;

/** Where the next node belongs, moved on when that node goes away. */
interface Place {
  at: Node | null;
}

let root: { node: Node_; into: ParentNode & Node } | undefined;
let due = false;
let after: (() => void)[] = [];

export function h(type: string | Function, given: Props | null, ...kids: unknown[]): Node_ {
  const { key, ref, ...props } = given || {};
  return { type, props, kids: typeof type === "string" || type === Fragment ? listed(kids) : [], key, ref };
}

export const Fragment = (): null => null;

export const createRef = () => ({ current: null as unknown });

export class Component {
  state: Props = {};
  before: Props | undefined;
  componentDidMount?(): void;
  componentDidUpdate?(props: Props, state: Props): void;
  render?(props: Props, state: Props): unknown;

  constructor(public props: Props) {}

  setState(change: Props): void {
    this.before = this.before || this.state;
    this.state = { ...this.state, ...change };
    if (!due) queueMicrotask(draw);
    due = true;
  }
}

export function render(node: unknown, into: ParentNode & Node): void {
  root = { node: { type: Fragment, props: {}, kids: [], key: null, ref: undefined }, into };
  root.node.props = { node };
  draw();
}

function draw(): void {
  due = false;
  const { node, into } = root!;
  node.kids = patchAll(into, node.kids, listed([node.props.node]), { at: (node.kids[0] && first(node.kids[0])) || null }, false);
  const calls = after;
  after = [];
  calls.forEach((call) => call());
}

/** Children as nodes; a list within the list is a fragment of its own, so that the places of its neighbours stay. */
function listed(kids: unknown[]): Kid[] {
  return kids.map((kid) => {
    if (kid === null || kid === undefined || typeof kid === "boolean") return null;
    if (Array.isArray(kid)) return h(Fragment, null, ...kid);
    return typeof kid === "object" ? (kid as Node_) : { type: null, props: { text: `${kid}` }, kids: [], key: null, ref: undefined };
  });
}

function first(node: Kid): Node | null {
  if (!node) return null;
  if (node.dom) return node.dom;
  for (const kid of node.kids) {
    const found = first(kid);
    if (found) return found;
  }
  return null;
}

function patchAll(parent: Node, old: Kid[], next: Kid[], place: Place, svg: boolean): Kid[] {
  const left = new Set(old);
  const matches = next.map((node, index) => {
    const match = node && (node.key != null ? old.find((one) => one && one.key === node.key) : old[index]);
    if (!match || match.type !== node!.type || match.key !== node!.key || !left.delete(match)) return null;
    return match;
  });
  left.forEach((node) => remove(node, place, true));
  // the same node twice (a constant) would share its element
  return next.map((node, index) => node && patch(parent, matches[index]!, matches[index] === node ? { ...node } : node, place, svg));
}

function patch(parent: Node, old: Kid, node: Node_, place: Place, svg: boolean): Node_ {
  const { type, props } = node;
  if (typeof type === "function") {
    node.kids = patchAll(parent, old ? old.kids : [], type === Fragment ? node.kids : listed([call(node, old)]), place, svg);
    return node;
  }
  if (type === "svg") svg = true;
  let dom = old && old.dom;
  if (type === null) {
    if (!dom) dom = document.createTextNode(props.text);
    else if (old!.props.text !== props.text) (dom as Text).data = props.text;
  } else {
    if (!dom) dom = svg ? document.createElementNS("http://www.w3.org/2000/svg", type) : document.createElement(type);
    for (const name in old ? { ...old.props, ...props } : props) set(dom as Element, name, props[name], old ? old.props[name] : undefined);
    node.kids = patchAll(dom, old ? old.kids : [], node.kids, { at: dom.firstChild }, svg);
    if (!old && node.ref) refer(node.ref, dom);
  }
  node.dom = dom;
  if (dom === place.at) place.at = dom.nextSibling;
  else parent.insertBefore(dom, place.at);
  return node;
}

function call(node: Node_, old: Kid): unknown {
  const { type, props } = node;
  if (!(type as Function).prototype || !(type as Function).prototype.render) return (type as (props: Props) => unknown)(props);
  const made = (old && old.made) || (new (type as any)(props) as Component);
  const before = made.props;
  node.made = made;
  made.props = props;
  if (!old && node.ref) refer(node.ref, made);
  const state = made.before || made.state;
  made.before = undefined;
  after.push(() => {
    if (old) made.componentDidUpdate && made.componentDidUpdate(before, state);
    else made.componentDidMount && made.componentDidMount();
  });
  return made.render!(props, made.state);
}

function set(dom: Element, name: string, value: unknown, old: unknown): void {
  if (name === "value") {
    if ((dom as HTMLInputElement).value !== value) (dom as HTMLInputElement).value = value as string;
  } else if (value === old) return;
  else if (name[0] === "o" && name[1] === "n") {
    const event = name.slice(2).toLowerCase();
    if (old) dom.removeEventListener(event, old as EventListener);
    if (value) dom.addEventListener(event, value as EventListener);
  } else if (value === undefined || value === null || (value === false && name[4] !== "-")) dom.removeAttribute(name);
  else dom.setAttribute(name, value === true && name[4] !== "-" ? "" : `${value}`);
}

function remove(node: Kid, place: Place, visible: boolean): void {
  if (!node) return;
  if (node.ref) refer(node.ref, null);
  if (node.dom && visible) {
    if (place.at === node.dom) place.at = node.dom.nextSibling;
    node.dom.parentNode!.removeChild(node.dom);
  }
  node.kids.forEach((kid) => remove(kid, place, visible && !node.dom));
}

function refer(ref: Ref, value: unknown): void {
  if (typeof ref === "function") ref(value);
  else ref.current = value;
}
