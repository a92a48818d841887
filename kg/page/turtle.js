/* Turtle: the facts of a selection, with the same IRIs as graph.ttl: papers, entities, what a paper does with which,
   relations with their sentences, ties. In a page of very many entities these have no IRIs and are blank nodes. */

const TURTLE_PREFIXES = {
  kg: "https://w3id.org/abstract-kg/ontology#", bibo: "http://purl.org/ontology/bibo/", dcterms: "http://purl.org/dc/terms/",
  fabio: "http://purl.org/spar/fabio/", nif: "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", schema: "https://schema.org/", skos: "http://www.w3.org/2004/02/skos/core#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};
const SHORT_ESCAPES = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/* A literal of RDF 1.1: quotes, backslashes and control characters escaped, half a surrogate pair replaced. */
function literal(text) {
  const whole = String(text).replace(/\p{Cs}/gu, "\ufffd");
  return `"${whole.replace(/["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g, (c) => SHORT_ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)}"`;
}

/* An address as IRI, made legal as graph.ttl does it, or null where it is no plain web address. */
function iriOf(address) {
  const found = /^(https?):\/\/([A-Za-z0-9.-]+(?::[0-9]+)?)(\/[^#]*)?(#.*)?$/is.exec(address.replace(/\p{Cs}/gu, "\ufffd").trim());
  if (!found) return null;
  const [, scheme, host, rest = "", fragment = ""] = found;
  const legal = (text) => text.replace(/[^A-Za-z0-9_.~!$&'()*+,;=:@/?%-]/gu, encodeURIComponent).replace(/%(?![0-9A-Fa-f]{2})/g, "%25");
  return `<${scheme.toLowerCase()}://${host}${legal(rest)}${fragment ? `#${legal(fragment.slice(1))}` : ""}>`;
}

let iris = null;
const paperIri = (paper, part = "") => `<paper/${iris.papers[paper]}${part}>`;
const entityIri = (entity) => (iris.entities.length ? `<entity/${iris.entities[entity]}>` : `_:e${entity}`);
const decimalOf = (number) => (Number.isInteger(number) ? `${number}.0` : String(number));

function resource(subject, pairs) {
  const told = pairs.filter(([, value]) => value !== null && value !== "");
  return told.length ? `${subject} ${told.map(([predicate, value]) => `${predicate} ${value}`).join(" ;\n    ")} .\n` : "";
}

async function paperTurtle(paper, entities) {
  const details = await detailsOf(paper);
  const uses = Array.from(graph.usesOfPaper(paper), useAt).filter(({ entity }) => entities.has(entity));
  const authors = details?.authors ?? [];
  const parts = [resource(paperIri(paper), [
    ["a", "schema:ScholarlyArticle, fabio:ResearchPaper"],
    ["dcterms:title", literal(graph.title[paper])],
    ["dcterms:identifier", literal(graph.paperId[paper])],
    ["dcterms:issued", graph.year[paper] ? `"${String(graph.year[paper]).padStart(4, "0")}"^^xsd:gYear` : null],
    ["dcterms:creator", authors.map((_, i) => paperIri(paper, `/author/${i + 1}`)).join(", ")],
    ["schema:url", details?.url ? iriOf(details.url) : null],
    ["dcterms:abstract", details?.abstract ? literal(details.abstract) : null],
    ...graph.roles.map((role, at) => [`kg:${role}`, uses.filter((use) => use.role === at).map((use) => entityIri(use.entity)).join(", ")]),
  ])];
  authors.forEach((name, i) => parts.push(resource(paperIri(paper, `/author/${i + 1}`), [["a", "schema:Person"], ["schema:name", literal(name)]])));
  for (const [s, predicate, o, start, end, score] of details?.relations ?? []) {
    if (!entities.has(s) || !entities.has(o)) continue;
    const sentence = paperIri(paper, `/sentence/${start}-${end}`);
    parts.push(
      `${entityIri(s)} ${predicateIri(predicate)} ${entityIri(o)} .\n`,
      resource("[]", [["a", "kg:Relation, rdf:Statement"], ["rdf:subject", entityIri(s)], ["rdf:predicate", predicateIri(predicate)],
        ["rdf:object", entityIri(o)], ["kg:evidence", sentence], ["schema:isPartOf", paperIri(paper)], ["kg:score", decimalOf(score)]]),
      resource(sentence, [["a", "nif:Sentence"], ["nif:beginIndex", String(start)], ["nif:endIndex", String(end)], ["nif:anchorOf", literal(textAt(details, start, end))]]),
    );
  }
  return parts.join("");
}

const predicateIri = (predicate) => iris.predicates[graph.predicates.indexOf(predicate)];

async function entityTurtle(entity) {
  const more = await ledgerOf(entity);
  const kind = graph.kind[entity];
  const same = (more.groundings ?? []).map(([scheme, identifier]) => [scheme, identifier, iriOf(identifier) ?? iriOf((REGISTRIES[scheme] ?? "") + identifier)]);
  return resource(entityIri(entity), [
    ["a", ["skos:Concept", iris.kinds[kind]].join(", ")],
    ["skos:prefLabel", literal(graph.name[entity])],
    ["skos:altLabel", graph.aliases[entity].map(literal).join(", ")],
    ["skos:broader", (more.broader ?? []).map(entityIri).join(", ")],
    ["skos:exactMatch", same.map(([, , iri]) => iri).filter(Boolean).join(", ")],
    ["skos:notation", same.filter(([, , iri]) => !iri).map(([scheme, identifier]) => literal(`${scheme}:${identifier}`)).join(", ")],
  ]);
}

/* The facts of these papers and entities, and the ties among them. */
async function turtleOf(papers, entities) {
  iris ??= await readBlock("iris");
  const wanted = new Set(entities);
  const among = new Set(papers);
  const parts = [`@base <${iris.base}> .\n`, ...Object.entries(TURTLE_PREFIXES).map(([name, iri]) => `@prefix ${name}: <${iri}> .\n`), "\n"];
  for (const paper of papers) {
    parts.push(await paperTurtle(paper, wanted));
    const tied = similarTo(paper).map((other) => other.paper).filter((other) => among.has(other));
    if (tied.length) parts.push(resource(paperIri(paper), [["kg:sharesEntitiesWith", tied.map((other) => paperIri(other)).join(", ")]]));
  }
  for (const entity of entities) parts.push(await entityTurtle(entity));
  return parts.join("");
}
