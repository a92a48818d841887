"""Quality figures in the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/): of the graph, and of its model."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.rdf.names import LABEL, TYPE, Names, Resource, term
from kg.rdf.terms import decimal, segment, text
from kg.text import slug

if TYPE_CHECKING:
    from kg.store import Store

#: Shares of the papers that yielded something: name -> (what it says, how it is counted).
_SHARES = {
    "papers-with-entities": (
        "Share of the papers in which an entity was found",
        "SELECT count(DISTINCT paper) FROM denotations",
    ),
    "papers-with-claims": (
        "Share of the papers in which a claim was found",
        "SELECT count(DISTINCT paper) FROM claims",
    ),
    "papers-with-links": (
        "Share of the papers that are tied to another",
        "SELECT count(*) FROM (SELECT a FROM links UNION SELECT b FROM links)",
    ),
}
_FIGURES = {"p": "precision", "r": "recall", "f1": "F1"}
MEASUREMENTS = term("dqv:hasQualityMeasurement")


def shipped_scores() -> dict[str, Any]:
    """Return what the model that ships scores on papers that it was not trained on, and which model that is."""
    path = files("kg") / "model" / "scores.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def to_shares(store: "Store", names: Names) -> tuple[list[str], list[Resource]]:
    """Return the measurements of the graph itself, their IRIs first."""
    [[papers]] = store.rows("SELECT count(*) FROM papers")
    found: list[Resource] = []
    for name, (said, sql) in _SHARES.items():
        share = store.rows(sql)[0][0] / papers if papers else 0.0
        found += _measured(names, name, said, names.dataset, share)
    return [f"<{names.base}dataset/quality/{name}>" for name in _SHARES], found


def to_model(names: Names, model: str) -> Iterator[Resource]:
    """Yield the model that made the graph, with its scores where they are known: where it is the one that ships."""
    scores = shipped_scores()
    known = scores if model and scores.get("model") == model else {}
    subject, measured = f"<{names.base}model/{segment(model)}>", list[Resource]()
    iris = []
    for what, value in known.get("held out", {}).items():
        figures = {_FIGURES[part]: number for part, number in value.items()} if isinstance(value, dict) else {"": value}
        for figure, number in figures.items():
            name = "-".join(part for part in ("model", slug(what), slug(figure)) if part)
            said = f"{figure or 'share right'} of the model on held-out papers: {what}"
            iris.append(f"<{names.base}dataset/quality/{name}>")
            measured += _measured(names, name, said, subject, number)
    for what, number in known.get("calibration error", {}).items():
        name = f"model-{slug(what)}-calibration-error"
        iris.append(f"<{names.base}dataset/quality/{name}>")
        said = f"Expected calibration error of the model's scores on held-out papers: {what}"
        measured += _measured(names, name, said, subject, number)
    agent = (TYPE, term("prov:SoftwareAgent"))
    yield Resource(names.meta_graph, subject, [agent, (LABEL, text(model)), *((MEASUREMENTS, iri) for iri in iris)])
    yield from measured


def _measured(names: Names, name: str, said: str, of: str, value: float) -> list[Resource]:
    metric = f"<{names.base}dataset/metric/{name}>"
    about = [
        (TYPE, term("dqv:QualityMeasurement")),
        (term("dqv:isMeasurementOf"), metric),
        (term("dqv:computedOn"), of),
        (term("dqv:value"), decimal(round(value, 4))),
    ]
    return [
        Resource(names.meta_graph, f"<{names.base}dataset/quality/{name}>", about),
        Resource(names.meta_graph, metric, [(TYPE, term("dqv:Metric")), (term("skos:definition"), text(said))]),
    ]
