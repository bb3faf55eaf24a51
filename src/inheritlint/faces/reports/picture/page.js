"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const findings = all(".finding");
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const boxes = all("input[data-filter]");

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = { code: new Set(), severity: new Set() };
    for (const box of boxes) if (box.checked) chosen[box.dataset.filter].add(box.value);
    let shown = 0;
    for (const finding of findings) {
      const article = finding.closest(".function");
      const text = [finding, article.querySelector("h3"), article.parentElement.querySelector("h2")]
        .map((each) => each.textContent).join(" ").toLowerCase();
      finding.hidden = !(chosen.code.has(finding.dataset.code) && chosen.severity.has(finding.dataset.severity)
        && words.every((word) => text.includes(word)));
      shown += finding.hidden ? 0 : 1;
    }
    for (const part of [...all(".function"), ...all(".file")])
      part.hidden = !part.querySelector(".finding:not([hidden])");
    for (const life of all(".life"))
      life.classList.toggle("aside", life.dataset.findings.split(" ")
        .every((number) => document.getElementById("finding-" + number).hidden));
    count.textContent = shown === findings.length ? `${shown} findings` : `${shown} of ${findings.length} findings`;
  }

  function point(finding, lines) {
    for (const line of all(".line.now")) line.classList.remove("now");
    for (const line of all(".line", finding.closest(".function")))
      line.classList.toggle("now", lines.has(Number(line.dataset.line)));
  }

  function linesOf(finding) {
    const lines = new Set();
    for (let line = Number(finding.dataset.line); line <= Number(finding.dataset.last); line++) lines.add(line);
    return lines;
  }

  function move(by) {
    const shown = findings.filter((finding) => !finding.hidden);
    const here = shown.indexOf(document.activeElement.closest(".finding"));
    const next = shown[here < 0 ? (by > 0 ? 0 : shown.length - 1) : here + by];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "center" }); }
  }

  function theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  function showAll() {
    search.value = "";
    for (const box of boxes) box.checked = true;
    filter();
    search.blur();
  }

  search.addEventListener("input", filter);
  for (const box of boxes) box.addEventListener("change", filter);
  document.getElementById("theme").addEventListener("click", theme);
  for (const finding of findings) {
    finding.addEventListener("focus", () => point(finding, linesOf(finding)));
    for (const step of all(".steps a", finding))
      step.addEventListener("click", (event) => {
        event.preventDefault();
        finding.focus({ preventScroll: true });
        point(finding, new Set([Number(step.dataset.line)]));
      });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { showAll(); return; }
    if (event.target === search) return;
    const does = { j: () => move(1), k: () => move(-1), t: theme, "/": () => search.focus() }[event.key];
    if (does) { event.preventDefault(); does(); }
  });
})();
