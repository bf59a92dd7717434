/** Everything that widget.more.js brings. */
export { zhMore as texts } from "../i18n/zh.more";
export { Figure } from "./figure";
export { keepInside } from "./focus";
export { Grounds } from "./grounds";
export { default as css } from "./later.css?inline";
export { Linked } from "./links";
export { Sheet } from "./sheet";
export { Sources } from "./sources";
export { Tables } from "./tables";
export { Tools } from "./tools";
