"use strict";
// Filters of the report: words, outcome, folder, tag. Kept in the address, so that a filtered view can be sent to somebody.
(() => {
  const controls = Object.fromEntries(["words", "outcome", "folder", "tag"].map((id) => [id, document.getElementById(id)]));
  const cases = [...document.querySelectorAll("details.case")];
  const shown = document.getElementById("shown");
  const fits = (node, { words, outcome, folder, tag }) =>
    words.toLowerCase().split(/\s+/).every((word) => node.dataset.text.includes(word)) &&
    (!outcome || node.dataset.outcome === outcome) &&
    (!folder || node.dataset.folder === folder) &&
    (!tag || node.dataset.tags.split(" ").includes(tag));
  const apply = () => {
    const wanted = Object.fromEntries(Object.entries(controls).map(([id, node]) => [id, node.value]));
    let count = 0;
    for (const node of cases) {
      node.hidden = !fits(node, wanted);
      count += node.hidden ? 0 : 1;
    }
    shown.value = `${count} / ${cases.length}`;
    const set = Object.entries(wanted).filter(([, value]) => value);
    history.replaceState(null, "", set.length ? `#${new URLSearchParams(set)}` : location.pathname + location.search);
  };
  for (const [id, value] of new URLSearchParams(location.hash.slice(1))) if (controls[id]) controls[id].value = value;
  for (const node of Object.values(controls)) node.addEventListener("input", apply);
  apply();
})();
