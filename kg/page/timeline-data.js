/* Timeline, data: what each entity did when. Entities are told by number; a column is a year, or a month. */

const times = {};
/* A column with fewer papers than this part of the busiest one's says little about shares: its bars are faint there. */
const THIN = 0.02;

async function loadTimes() {
  Object.assign(times, await readBlock("times"));
  [times.paperId, times.title, times.column] = times.papers;
  [times.name, times.kind, times.uses] = times.entities;
  times.total = times.periods.map(() => 0);
  times.column.forEach((column) => { times.total[column] += 1; });
  const busiest = Math.max(0, ...times.total);
  times.thin = times.total.map((count) => count < THIN * busiest);
  times.series = times.uses.map((uses) => {
    const counts = times.periods.map(() => 0);
    for (let i = 0; i < uses.length; i += 2) counts[times.column[uses[i]]] += 1;
    return counts;
  });
  times.sum = times.series.map((counts) => counts.reduce((a, b) => a + b, 0));
  times.first = times.series.map((counts) => counts.findIndex((count) => count > 0));
  times.trend = times.series.map(trendOf);
}

/* How surely an entity is more frequent in the last third of the papers than before: the two-proportion z statistic. */
function trendOf(counts) {
  const all = times.total.reduce((a, b) => a + b, 0);
  let late = 0;
  let column = times.total.length;
  while (column > 1 && late < all / 3) late += times.total[column -= 1];
  const before = all - late;
  if (!late || !before) return 0;
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const [old, recent] = [sum(counts.slice(0, column)), sum(counts.slice(column))];
  const share = (old + recent) / all;
  const spread = Math.sqrt(share * (1 - share) * (1 / late + 1 / before));
  return spread ? (recent / late - old / before) / spread : 0;
}

const ORDERS = {
  most: (a, b) => times.sum[b] - times.sum[a],
  rising: (a, b) => times.trend[b] - times.trend[a],
  falling: (a, b) => times.trend[a] - times.trend[b],
  first: (a, b) => times.first[a] - times.first[b] || times.sum[b] - times.sum[a],
  name: (a, b) => times.name[a].localeCompare(times.name[b], "en"),
};

/* Entities of a kind in order, the most frequent ones only where the order is not theirs: rare names rise by chance. */
function ranked(kind, order) {
  const all = times.name.map((_, entity) => entity).filter((entity) => times.kind[entity] === kind);
  const well = all.filter((entity) => times.sum[entity] > 1);
  const few = order === "most" || well.length < 5 ? all : well;
  return few.sort((a, b) => ORDERS[order](a, b) || times.sum[b] - times.sum[a] || a - b);
}

/* What a bar stands for: papers, or their share of all papers of that time. */
const valueAt = (entity, column, measure) => {
  const count = times.series[entity][column];
  return measure === "share" ? count / Math.max(1, times.total[column]) : count;
};
/* Columns that a chart's scale and its highest value look at. */
const isSure = (column, measure) => measure !== "share" || !times.thin[column];
const valuesOf = (entity, measure) => times.periods.map((_, column) => valueAt(entity, column, measure));
const highestOf = (entity, measure) => {
  const values = valuesOf(entity, measure);
  const sure = values.filter((value, column) => isSure(column, measure));
  return Math.max(0, ...sure) || Math.max(0, ...values);
};
const percent = (share) => `${(100 * share).toLocaleString("en", { maximumSignificantDigits: share < 0.1 ? 2 : 3 })} %`;
const saidAt = (entity, column, measure) => (measure === "share" ? percent(valueAt(entity, column, measure)) : times.series[entity][column].toLocaleString("en"));

/* The papers of an entity by column, what they do with it beside them. */
function papersAt(entity) {
  const found = new Map();
  const uses = times.uses[entity];
  for (let i = 0; i < uses.length; i += 2) {
    const column = times.column[uses[i]];
    if (!found.has(column)) found.set(column, []);
    found.get(column).push({ paper: uses[i], role: times.roles[uses[i + 1]] });
  }
  return found;
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const inFull = (period) => (times.unit === "month" ? `${MONTHS[Number(period.slice(5)) - 1]} ${period.slice(0, 4)}` : period);

/* The columns that an axis names, as many as have room, with their short names: years; months with January as its year. */
function axisNames() {
  const count = times.periods.length;
  if (times.unit !== "month") {
    const each = Math.max(1, Math.ceil(count / 8));
    return times.periods.map((period, column) => [column, period.slice(0, 4)]).filter(([column]) => (count - 1 - column) % each === 0);
  }
  const each = [1, 2, 3, 6, 12].find((step) => count / step <= 9) ?? 12;
  const monthOf = (period) => Number(period.slice(5)) - 1;
  const named = times.periods.map((period, column) => [column, period]).filter(([, period]) => monthOf(period) % each === 0);
  return named.map(([column, period], i) => {
    const month = MONTHS[monthOf(period)].slice(0, 3);
    const year = period.slice(0, 4);
    return [column, month === "Jan" ? year : i === 0 ? `${month} ’${year.slice(2)}` : month];
  });
}

const quotedCsv = (value) => `"${(/^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value)).replaceAll('"', '""')}"`;

function timesAsCsv() {
  const head = ["kind", "entity", "papers", ...times.periods];
  const rows = times.name.map((name, entity) => [times.kinds[times.kind[entity]], name, times.sum[entity], ...times.series[entity]]);
  rows.unshift(["", "all papers", times.paperId.length, ...times.total]);
  return [head, ...rows].map((row) => row.map(quotedCsv).join(",")).join("\r\n") + "\r\n";
}

/* The address of a thing in the graph's page, or null where there is none beside this one. */
const addressOf = (words) => (times.page ? `${times.page}#${new URLSearchParams(words)}` : null);
