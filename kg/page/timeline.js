/* Timeline, page: what is asked for, pointed at and opened; the part of the address after # keeps it. */

const asked = { order: "most", measure: "count", oneScale: false, find: "", entity: null, column: null, more: new Set() };
const by = (id) => document.getElementById(id);
const simplified = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function drawAll() {
  const wanted = simplified(asked.find.trim());
  const panels = [];
  times.kinds.forEach((_, kind) => {
    const all = ranked(kind, asked.order).filter((entity) => !wanted || simplified(times.name[entity]).includes(wanted));
    const shown = asked.more.has(kind) ? all.slice(0, 200) : all.slice(0, ROWS);
    if (!shown.length) return;
    const rest = all.length - shown.length;
    const more = make("button", { type: "button", class: "more" }, rest ? `Show ${Math.min(rest, 200 - ROWS)} more` : "Show fewer");
    more.addEventListener("click", () => {
      asked.more[asked.more.has(kind) ? "delete" : "add"](kind);
      drawAll();
    });
    panels.push(panelOf(kind, shown, asked, all.length > ROWS ? more : null));
  });
  const said = !times.periods.length ? "The year of none of these papers is known, so there is nothing to show over time." : panels.length ? "" : `No entity of two papers or more has “${asked.find}” in its name.`;
  by("charts").replaceChildren(...(times.periods.length ? [allPapers()] : []), ...(said ? [make("p", { class: "none" }, said)] : []), make("div", { class: "panels" }, ...panels));
  by("faint").hidden = asked.measure !== "share" || !times.thin.includes(true);
  mark();
}

const rows = () => [...document.querySelectorAll("li.row")];
const rowOf = (entity) => document.querySelector(`li.row[data-entity="${entity}"]`);

/* Show what is pointed at: the row, the column in every chart, and what stands there in words. */
function mark({ tip = false } = {}) {
  const present = rowOf(asked.entity);
  rows().forEach((one, i) => {
    const here = one === present;
    one.classList.toggle("chosen", here);
    one.setAttribute("aria-selected", String(here));
    one.tabIndex = here || (!present && i === 0) ? 0 : -1;
  });
  document.querySelectorAll(".cursor").forEach((cursor) => {
    cursor.hidden = asked.column === null;
    if (asked.column === null) return;
    cursor.style.left = `${(100 * asked.column) / times.periods.length}%`;
    cursor.style.width = `${100 / times.periods.length}%`;
  });
  if (!tip || asked.column === null || !present) {
    by("tip").hidden = true;
    return;
  }
  const chart = present.querySelector(".chart").getBoundingClientRect();
  say(asked.entity, asked.column, chart.left + (chart.width * (asked.column + 0.5)) / times.periods.length, chart.bottom);
  by("status").textContent = by("tip").innerText.replace(/\n/g, ", ");
}

function say(entity, column, x, y) {
  const lines = [`${entity === null ? "All papers" : times.name[entity]} · ${inFull(times.periods[column])}`];
  if (entity === null) lines.push(plural(times.total[column], "paper"));
  else {
    const count = times.series[entity][column];
    lines.push(`${plural(count, "paper")} of ${times.total[column].toLocaleString("en")}${times.total[column] ? ` (${percent(count / times.total[column])})` : ""}`);
    const made = (papersAt(entity).get(column) ?? []).find(({ role }) => role === "introduces");
    if (made) lines.push(`introduced by: ${shorten(times.title[made.paper], 70)}`);
  }
  const tip = by("tip");
  tip.textContent = lines.join("\n");
  tip.hidden = false;
  tip.style.left = `${Math.max(4, Math.min(x + 12, window.innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 10 + tip.offsetHeight > window.innerHeight ? Math.max(4, y - tip.offsetHeight - 44) : y + 10}px`;
}

function point(event) {
  const chart = event.target.closest?.(".chart");
  if (!chart) {
    if (!document.activeElement?.closest(".row")) asked.column = null;
    mark();
    return;
  }
  const box = chart.getBoundingClientRect();
  const column = Math.min(times.periods.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * times.periods.length)));
  asked.column = column;
  mark();
  const { entity } = chart.parentElement.dataset;
  say(entity === undefined ? null : Number(entity), column, event.clientX, event.clientY);
}

/* Open the papers of an entity, those of the column first in view. */
function open(entity, column = null, { record = true } = {}) {
  asked.entity = entity;
  const held = papersAt(entity);
  const groups = [...held.keys()].sort((a, b) => b - a).map((place) => {
    const items = held.get(place).map(({ paper, role }) => {
      const to = addressOf({ paper: times.paperId[paper] });
      const title = to ? make("a", { href: to, dir: "auto" }, times.title[paper]) : make("span", { dir: "auto" }, times.title[paper]);
      return make("li", {}, title, role === "introduces" ? make("span", { class: "tag" }, "introduces it") : null);
    });
    return make("section", { "data-period": place, class: place === column ? "present" : null }, make("h3", {}, `${inFull(times.periods[place])} (${items.length})`), make("ul", { class: "facts" }, ...items));
  });
  const to = addressOf({ entity: times.name[entity], kind: times.kinds[times.kind[entity]] });
  by("facts").replaceChildren(
    make("p", { class: "kind" }, swatch(times.shapes[times.kind[entity]], `kind-${times.kind[entity] % 6}`), ` ${times.kinds[times.kind[entity]]}, ${plural(times.sum[entity], "paper")}`),
    make("h2", { dir: "auto" }, times.name[entity]),
    to ? make("p", { class: "actions" }, make("a", { href: to, class: "to-graph" }, "Show it in the graph")) : "", ...groups);
  by("panel").hidden = false;
  mark();
  const present = by("facts").querySelector(".present");
  if (present) present.scrollIntoView({ block: "start" });
  else by("panel").scrollTop = 0;
  if (record) writeState();
}

function close() {
  by("panel").hidden = true;
  const back = rowOf(asked.entity);
  asked.column = null;
  mark();
  back?.focus();
  asked.entity = null;
  writeState();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const last = times.periods.length - 1;
  const to = (place) => {
    const one = all[Math.min(all.length - 1, Math.max(0, place))];
    asked.entity = Number(one.dataset.entity);
    mark({ tip: true });
    one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "nearest" });
  };
  const along = (by_) => {
    asked.entity = Number(all[at].dataset.entity);
    asked.column = asked.column === null ? (by_ > 0 ? times.first[asked.entity] : last) : Math.min(last, Math.max(0, asked.column + by_));
    mark({ tip: true });
  };
  const inRow = {
    ArrowDown: () => to(at + 1), ArrowUp: () => to(at - 1), Home: () => to(0), End: () => to(all.length - 1),
    ArrowRight: () => along(1), ArrowLeft: () => along(-1),
    Enter: () => { open(Number(all[at].dataset.entity), asked.column); by("panel").focus({ preventScroll: true }); },
  };
  const anywhere = { "/": () => by("search").focus(), Escape: close };
  const does = (at >= 0 ? inRow[event.key] : null) ?? anywhere[event.key];
  if (!does || (event.key === "Escape" && by("panel").hidden && asked.column === null)) return;
  does();
  event.preventDefault();
}

function writeState() {
  const said = new URLSearchParams();
  if (asked.order !== "most") said.set("order", asked.order);
  if (asked.measure !== "count") said.set("measure", asked.measure);
  if (asked.oneScale) said.set("scale", "one");
  if (asked.find) said.set("find", asked.find);
  if (asked.entity !== null && !by("panel").hidden) {
    said.set("entity", times.name[asked.entity]);
    said.set("kind", times.kinds[times.kind[asked.entity]]);
  }
  try {
    history.replaceState(null, "", `#${said}`);
  } catch (error) {
    // A page inside another (a notebook) may have no address of its own.
    if (!(error instanceof DOMException)) throw error;
  }
}

function readState() {
  const said = new URLSearchParams(location.hash.slice(1));
  asked.order = said.get("order") in ORDERS ? said.get("order") : "most";
  asked.measure = said.get("measure") === "share" ? "share" : "count";
  asked.oneScale = said.get("scale") === "one";
  asked.find = said.get("find") ?? "";
  [by("order").value, by("measure").value, by("one-scale").checked, by("search").value] = [asked.order, asked.measure, asked.oneScale, asked.find];
  const kind = times.kinds.indexOf(said.get("kind"));
  const entity = times.name.findIndex((name, n) => name === said.get("entity") && (kind < 0 || times.kind[n] === kind));
  by("panel").hidden = true;
  asked.entity = null;
  drawAll();
  if (entity >= 0) open(entity, null, { record: false });
}

function useTheme(name) {
  document.documentElement.dataset.theme = name;
  by("theme").textContent = name === "dark" ? "Light" : "Dark";
}

function saveCsv() {
  const link = make("a", { href: URL.createObjectURL(new Blob([timesAsCsv()], { type: "text/csv" })), download: "timeline.csv" });
  document.body.append(link);
  link.click();
  link.remove();
}

async function start() {
  useTheme(window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  await loadTimes();
  const change = (id, event, set) => by(id).addEventListener(event, () => { set(by(id)); drawAll(); writeState(); });
  change("order", "change", (it) => { asked.order = it.value; });
  change("measure", "change", (it) => { asked.measure = it.value; });
  change("one-scale", "change", (it) => { asked.oneScale = it.checked; });
  change("search", "input", (it) => { asked.find = it.value; });
  by("theme").addEventListener("click", () => useTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  by("save").addEventListener("click", saveCsv);
  by("close").addEventListener("click", close);
  if (times.page) Object.assign(by("graph"), { hidden: false, href: times.page });
  by("charts").addEventListener("mousemove", point);
  by("charts").addEventListener("mouseleave", () => { asked.column = null; mark(); });
  by("charts").addEventListener("click", (event) => {
    const one = event.target.closest("li.row");
    if (one) open(Number(one.dataset.entity), asked.column);
  });
  by("charts").addEventListener("focusin", (event) => {
    const one = event.target.closest("li.row");
    if (one && by("panel").hidden) { asked.entity = Number(one.dataset.entity); mark(); }
  });
  document.addEventListener("keydown", keys);
  window.addEventListener("hashchange", readState);
  readState();
  const left = Object.entries(times.left).map(([kind, count]) => `${count.toLocaleString("en")} more of kind ${kind}`);
  const notes = [times.undated ? `${plural(times.undated, "paper")} without a ${times.unit === "month" ? "month" : "year"} ${times.undated === 1 ? "is" : "are"} left out.` : "", left.length ? `Not held here, in the fewest papers: ${left.join(", ")}.` : ""];
  by("notes").textContent = notes.filter(Boolean).join(" ");
  document.body.dataset.ready = "true";
}

start();
