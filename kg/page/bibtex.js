/* BibTeX: the papers of a selection. What BibTeX or LaTeX would read as a command is escaped: text stays text. */

const LATEX = {
  "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
  "#": "\\#", "$": "\\$", "%": "\\%", "&": "\\&", "_": "\\_",
};
/* Control characters, unpaired surrogates and what turns the direction of text have no place in a reference. */
const oneLine = (text) => String(text).replace(/[\s\u0000-\u001f\u007f-\u009f]+/gu, " ").replace(/\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu, "").trim();
const latex = (text) => oneLine(text).replace(/[\\{}~^#$%&_]/g, (character) => LATEX[character]);
/* Words with capitals inside, BERT or GraphQL, in braces: styles set the rest of a title as they do. */
const keepCapitals = (text) => text.replace(/(?<![\\\p{L}\p{N}{-])[\p{L}\p{N}-]+(?![\p{L}\p{N}{-])/gu, (word) => (/.\p{Lu}/u.test(word) ? `{${word}}` : word));
/* An author whose name holds the word "and", or a comma that is no "Last, First", is one name in braces. */
const latexName = (name) => (/\sand\s|,.*,/i.test(name) ? `{${latex(name)}}` : latex(name));
/* Addresses are not escaped but encoded: no brace, no backslash. */
const bareAddress = (address) => oneLine(address).replace(/[\s{}\\"<>^`%]/g, (character) => (character === "%" ? "\\%" : encodeURIComponent(character)));

function bibtexKey(paper, taken) {
  const plain = graph.paperId[paper].normalize("NFKD").replace(/[^A-Za-z0-9:._-]+/g, "-").replace(/^-+|-+$/g, "") || `paper-${paper + 1}`;
  let key = plain;
  for (let i = 2; taken.has(key); i += 1) key = `${plain}-${i}`;
  taken.add(key);
  return key;
}

async function bibtexOf(papers) {
  const taken = new Set();
  const entries = [];
  for (const paper of papers) {
    const details = await detailsOf(paper);
    const address = details?.url ?? "";
    const arxiv = /^https?:\/\/arxiv\.org\/abs\/([\w./-]+)$/.exec(address)?.[1] ?? /^arxiv:([\w./-]+)$/i.exec(graph.paperId[paper])?.[1];
    const doi = /^https?:\/\/doi\.org\/(10\..+)$/.exec(address)?.[1];
    const fields = {
      title: keepCapitals(latex(graph.title[paper])),
      author: (details?.authors ?? []).map(latexName).filter(Boolean).join(" and "),
      year: graph.year[paper] ? String(graph.year[paper]) : "",
      journal: details?.venue ? latex(details.venue) : "",
      doi: doi ? bareAddress(doi) : "",
      eprint: arxiv ?? "",
      archiveprefix: arxiv ? "arXiv" : "",
      url: address ? bareAddress(address) : "",
      abstract: details?.abstract ? latex(details.abstract) : "",
    };
    const lines = Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},\n`);
    entries.push(`@${fields.journal ? "article" : "misc"}{${bibtexKey(paper, taken)},\n${lines.join("")}}\n`);
  }
  return entries.join("\n");
}
