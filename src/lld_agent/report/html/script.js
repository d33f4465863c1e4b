"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const findings = all("li.finding");
  const marks = all("a.mark");
  const byId = new Map(findings.map((finding) => [finding.id, finding]));

  function passes(finding) {
    const data = new FormData(form);
    const rule = data.get("rule") || "";
    if ("aside" in finding.dataset) return data.has("aside") && (!rule || finding.dataset.rule === rule);
    return data.getAll("severity").includes(finding.dataset.severity) && (!rule || finding.dataset.rule === rule);
  }

  function filter() {
    for (const finding of findings) finding.hidden = !passes(finding);
    for (const mark of marks) mark.hidden = byId.get(mark.dataset.finding)?.hidden ?? false;
    for (const hit of all(".hit")) hit.classList.toggle("quiet", !hit.querySelector("a.mark:not([hidden])"));
    for (const group of all("section.group")) group.hidden = !group.querySelector("li.finding:not([hidden])");
    const shown = findings.filter((finding) => !finding.hidden).length;
    const total = findings.filter((finding) => !("aside" in finding.dataset) || !finding.hidden).length;
    count.textContent = shown === total ? `${shown} finding${shown === 1 ? "" : "s"}` : `${shown} of ${total} findings`;
    nothing.hidden = shown > 0 || total === 0;
  }

  function open(element) {
    for (let above = element; above; above = above.parentElement)
      if (above instanceof HTMLDetailsElement) above.open = true;
  }

  function choose(id) {
    for (const one of all(".current")) one.classList.remove("current");
    const finding = byId.get(id);
    if (!finding) return;
    finding.classList.add("current");
    for (const mark of marks)
      if (mark.dataset.finding === id) mark.closest(".hit")?.classList.add("current");
  }

  function go(link) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return false;
    open(target);
    if (link.dataset.finding) choose(link.dataset.finding);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ block: target.matches(".marks") ? "center" : "nearest", behavior: calm ? "auto" : "smooth" });
    target.focus({ preventScroll: true });
    history.replaceState(null, "", link.hash);
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && go(link)) event.preventDefault();
  });

  // Arrow keys go from finding to finding while the focus is on one.
  document.getElementById("findings").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = event.target instanceof Element ? event.target.closest("li.finding") : null;
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = findings.filter((finding) => !finding.hidden);
    const next = shown[shown.indexOf(here) + step];
    if (!next) return;
    event.preventDefault();
    next.querySelector("a.message").focus();
    next.scrollIntoView({ block: "nearest" });
  });

  // What scrolls by itself must be reachable by keyboard.
  function reachable() {
    for (const box of all(".wide, .code pre, .paper"))
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("resize", reachable);
  filter();
  reachable();
  if (location.hash.length > 1) {
    const wanted = location.hash.slice(1);
    if (byId.has(wanted)) choose(wanted);
    const target = document.getElementById(decodeURIComponent(wanted));
    if (target) open(target);
  }
})();
