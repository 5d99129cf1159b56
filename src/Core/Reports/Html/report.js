"use strict";
(() => {
  const most = 2000;
  const byId = id => document.getElementById(id);
  const [query, onlyFailed, output] = ["query", "only-failed", "hits"].map(byId);
  const kontrakts = [...document.querySelectorAll("details.kontrakt")];
  const paints = globalThis.CSS && CSS.highlights && globalThis.Highlight;
  let hits = [], current = -1;

  const textNodes = function* (root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) yield walker.currentNode;
  };

  const find = (root, pattern) => {
    let found = false;
    for (const node of textNodes(root)) {
      pattern.lastIndex = 0;
      for (let match; (match = pattern.exec(node.data));) {
        found = true;
        if (hits.length >= most) return found;
        const range = new Range();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        hits.push(range);
      }
    }
    return found;
  };

  const paint = () => {
    if (!paints) return;
    CSS.highlights.set("hits", new Highlight(...hits));
    CSS.highlights.set("current", current < 0 ? new Highlight() : new Highlight(hits[current]));
  };

  const say = text => { output.value = text; };

  const search = () => {
    [hits, current] = [[], -1];
    const text = query.value;
    const pattern = text ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi") : null;
    let shown = 0;
    kontrakts.forEach((kontrakt, number) => {
      const hidden = (onlyFailed.checked && kontrakt.dataset.verdict === "passed") || (pattern !== null && !find(kontrakt, pattern));
      kontrakt.hidden = hidden;
      const row = document.querySelector(`tr[data-kontrakt="${number}"]`);
      if (row) row.hidden = hidden;
      if (!hidden) shown++;
    });
    const counted = hits.length >= most ? `${most} or more` : hits.length;
    say(pattern ? `${counted} found in ${shown} of ${kontrakts.length} kontrakts` : onlyFailed.checked ? `${shown} of ${kontrakts.length} kontrakts` : "");
    paint();
  };

  const show = step => {
    if (hits.length === 0) return;
    current = (current + step + hits.length) % hits.length;
    const [range, element] = [hits[current], hits[current].startContainer.parentElement];
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const log = element.closest("pre");
    if (log) {
      const [place, frame] = [range.getBoundingClientRect(), log.getBoundingClientRect()];
      log.scrollTop += place.top - frame.top - frame.height / 2;
      log.scrollLeft += Math.max(0, place.right - frame.right) - Math.max(0, frame.left - place.left);
    }
    (log ?? element).scrollIntoView({ block: "center" });
    say(`${current + 1} of ${hits.length}`);
    paint();
  };

  const openTarget = () => {
    const target = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
  };

  let waiting = 0;
  query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
  onlyFailed.addEventListener("change", search);
  query.form.addEventListener("submit", event => { event.preventDefault(); show(1); });
  byId("next").addEventListener("click", () => show(1));
  byId("previous").addEventListener("click", () => show(current < 0 ? 0 : -1));
  addEventListener("hashchange", openTarget);
  document.querySelector("search").hidden = false;
  openTarget();
})();
