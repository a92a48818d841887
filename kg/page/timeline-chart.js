/* Timeline, charts: a row of bars for each entity, a panel of rows for each kind, one axis for all. */

const WIDE = 300;
const HIGH = 30;
const ROWS = 12;

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

const columnWidth = () => WIDE / Math.max(1, times.periods.length);

/* Bars of values, the tallest as high as `top` says; each has room for a pointer over its whole height. */
function bars(values, top, { measure = "count", high = HIGH } = {}) {
  const wide = columnWidth();
  const gap = Math.min(3, wide * 0.18);
  return values.map((value, column) => {
    const tall = value > 0 ? Math.max(1.5, (high - 9) * Math.min(1, value / (top || 1))) : 0;
    return svg("rect", { class: isSure(column, measure) ? "bar" : "bar faint", "data-column": column, x: (column * wide + gap / 2).toFixed(2), width: Math.max(0.8, wide - gap).toFixed(2), y: (high - tall).toFixed(2), height: tall.toFixed(2), rx: Math.min(1.5, wide / 6).toFixed(2) });
  });
}

function chartOf(entity, { measure, top }) {
  const values = valuesOf(entity, measure);
  const most = highestOf(entity, measure);
  const peak = values.indexOf(most);
  const drawn = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "bars", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("line", { class: "ground", x1: 0, x2: WIDE, y1: HIGH - 0.25, y2: HIGH - 0.25 }), ...bars(values, top ?? most, { measure }));
  // The tallest bar says its value: rows have scales of their own unless one is asked for.
  const at = Math.min(98, Math.max(2, (100 * (peak + 0.5)) / times.periods.length));
  const label = make("span", { class: "peak" }, saidAt(entity, peak, measure));
  label.style.left = `${at}%`;
  label.style.bottom = `${(100 * (HIGH - 9) * (most / ((top ?? most) || 1))) / HIGH}%`;
  return make("span", { class: "chart", "aria-hidden": "true" }, drawn, label, make("span", { class: "cursor", hidden: true }));
}

/* Names of columns under a panel, in the rows' grid. */
function axis() {
  const labels = axisNames().map(([column, text]) => {
    const label = make("span", {}, text);
    label.style.left = `${(100 * (column + 0.5)) / times.periods.length}%`;
    return label;
  });
  return make("div", { class: "row under", "aria-hidden": "true" }, make("span"), make("div", { class: "axis" }, ...labels));
}

function inWordsOf(entity) {
  const counts = times.series[entity];
  const most = Math.max(...counts);
  const when = inFull(times.periods[counts.indexOf(most)]);
  return `, ${plural(times.sum[entity], "paper")}, first in ${inFull(times.periods[times.first[entity]])}, most in ${when}: ${most}`;
}

function row(entity, options) {
  const name = make("span", { class: "name", dir: "auto", title: times.name[entity] }, times.name[entity]);
  const made = make("li", { class: `row kind-${times.kind[entity] % 6}`, "data-entity": entity, tabindex: "-1", role: "option" },
    name, make("span", { class: "unseen" }, inWordsOf(entity)), chartOf(entity, options), make("span", { class: "count", "aria-hidden": "true" }, times.sum[entity].toLocaleString("en")));
  return made;
}

function panelOf(kind, entities, options, more) {
  const top = options.oneScale ? Math.max(...entities.map((entity) => highestOf(entity, options.measure))) : null;
  const list = make("ul", { class: "rows", role: "listbox", "aria-label": times.kinds[kind] }, ...entities.map((entity) => row(entity, { ...options, top })));
  const head = make("h2", {}, swatch(times.shapes[kind], `kind-${kind % 6}`), times.kinds[kind]);
  return make("section", { class: "kind-panel" }, head, list, axis(), more);
}

/* All papers by time, above the charts: what a share is a share of. */
function allPapers() {
  const most = Math.max(0, ...times.total);
  const drawn = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "bars", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("line", { class: "ground", x1: 0, x2: WIDE, y1: HIGH - 0.25, y2: HIGH - 0.25 }), ...bars(times.total, most));
  const label = make("span", { class: "peak" }, most.toLocaleString("en"));
  const peak = times.total.indexOf(most);
  label.style.left = `${(100 * (peak + 0.5)) / Math.max(1, times.total.length)}%`;
  label.style.bottom = `${(100 * (HIGH - 9)) / HIGH}%`;
  const line = make("div", { class: "row all" }, make("span", { class: "name" }, "All papers"), make("span", { class: "chart" }, drawn, label, make("span", { class: "cursor", hidden: true })),
    make("span", { class: "count" }, times.paperId.length.toLocaleString("en")));
  return make("section", { class: "kind-panel whole", "aria-label": `All papers by ${times.unit}` }, line, axis());
}
