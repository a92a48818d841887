"""A person's last word in Python: what `kg review`, `kg merge` and their like do, as methods of the graph."""

import dataclasses
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from kg.config import Config, with_vocabulary
from kg.errors import QueryError, ResolveError
from kg.export import export_graph, find_written
from kg.facts import find_entities, find_named
from kg.records import Decision, Entity, Kind, Verdict
from kg.stages import decisions_path, find_decisions, open_for_writing, resolve_again
from kg.store import Store

if TYPE_CHECKING:
    from kg.graph.explaining import Explanation
    from kg.review import Doubt

#: Settings themselves, or the file that holds them; None: ``kg.toml`` here, if there is one.
Settings = Config | str | os.PathLike[str] | None


class About(TypedDict, total=False):
    """What goes with a decision: kept in its line are `comment`, `author` and `date` (ISO 8601).

    `config` are settings as `kg.build` takes them. With `rebuild` false the line alone is written; `Graph.resolve` or
    the next build applies it.
    """

    comment: str
    author: str
    date: str
    config: Settings
    rebuild: bool


class Deciding:
    """The part of `Graph` by which people decide of names.

    Each decision is a line of the decisions file (`kg.decisions`); deleting the line and `resolve` undo it. All take
    the keywords of `About`, and return the decisions that are new to the file. They raise QueryError where a name
    means nothing or more than one thing, ResolveError where the decision contradicts another; nothing is decided then.
    """

    path: Path
    _store: Store | None

    @property
    def store(self) -> Store:
        """The open store."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""
        raise NotImplementedError

    def review(self, *, limit: int = 20) -> "list[Doubt]":
        """Return the least certain merges and non-merges, ``limit`` of each at most, with a sentence for each name."""
        from kg.review import find_doubts

        return find_doubts(self.store, limit=limit)

    def explain(self, a: str, b: str, *, config: Settings = None) -> "Explanation":
        """Return why two names are one thing or two: every feature, guard and score, and what the graph makes of them.

        A name that the graph has not is a Method, unless its kind stands before it ("Dataset:GSM8K").
        """
        from kg.graph.explaining import explain_names, split_kind

        kinds = {one.value.lower(): one.value for one in Kind} | self._kinds()
        names, entities = [], []
        for asked in (a, b):
            found = find_entities(self.store, asked)
            name, kind = split_kind(asked, kinds)
            # The kind that is not asked for is the one that extraction gave the name, else the entity's.
            own = [of for form, of in self._printed(found[0]) if form == name] if found else []
            names.append((name, kind if name != asked or not found else [*own, found[0].kind][0]))
            entities.append(found[0].id if found else "")
        return explain_names(names[0], names[1], _settings(config), store=self.store, entities=entities)

    def decisions(self, *, config: Settings = None) -> list[Decision]:
        """Return what people decided, as the file has it now.

        Raises:
            ReadError: the file has faults.
        """
        return list(find_decisions(self.path, _settings(config)))

    def unmatched(self) -> list[Decision]:
        """Return the decisions under which the graph was made that match nothing, with the names that are missing."""
        return [decision for decision in self.store.fetch(Decision) if decision.missing]

    def merge(self, a: str, b: str, **about: Unpack[About]) -> list[Decision]:
        """Decide that ``a`` is ``b``: they and all that is merged with them are one thing; of two kinds, it has b's."""
        name, kind = self._name(a)
        other, other_kind = self._name(b, besides=(name, kind))
        if (name, kind) == (other, other_kind):
            raise QueryError(f"'{a}' and '{b}' are '{name}' ({kind}) both, one name already")
        found = Decision(name=name, kind=kind, verdict=Verdict.SAME, other=other, other_kind=other_kind)
        return self._decide([found], about)

    def split(self, a: str, b: str | None = None, **about: Unpack[About]) -> list[Decision]:
        """Decide that ``a`` is not ``b``; without ``b``, that ``a`` is merged with nothing unless a person says so."""
        name, kind = self._name(a)
        other, other_kind = self._name(b, besides=(name, kind)) if b is not None else ("", "")
        if (name, kind) == (other, other_kind):
            raise QueryError(f"'{a}' and '{b}' cannot be told apart: both are spellings of '{name}' ({kind}), or "
                             "papers print one only as short for the other")  # fmt: skip
        verdict = Verdict.ALONE if b is None else Verdict.DIFFERENT
        found = Decision(name=name, kind=kind, verdict=verdict, other=other, other_kind=other_kind)
        return self._decide([found], about)

    def broader(self, a: str, b: str, **about: Unpack[About]) -> list[Decision]:
        """Decide that ``b`` is broader than ``a``, and so another thing."""
        (name, kind), (other, other_kind) = self._name(a), self._name(b)
        found = Decision(name=name, kind=kind, verdict=Verdict.BROADER, other=other, other_kind=other_kind)
        return self._decide([found], about)

    def rename(self, a: str, name: str, **about: Unpack[About]) -> list[Decision]:
        """Decide what the entity ``a`` is called; if another thing of its kind is called so, they become one."""
        if not name.strip():
            raise QueryError(f"no name for '{a}'; give one that is not empty")
        own, kind = self._name(a)
        found = Decision(name=own, kind=kind, verdict=Verdict.RENAMED, other=name)
        return self._decide([found], about)

    def set_kind(self, a: str, kind: str, **about: Unpack[About]) -> list[Decision]:
        """Decide the kind of the entity ``a``: a line for each of its names."""
        known = {one.value.lower(): one.value for one in Kind} | self._kinds()
        if kind.lower() not in known:
            raise QueryError(f"no kind '{kind}'; known: {', '.join(sorted(known.values()))}")
        right = known[kind.lower()]
        found = [
            Decision(name=name, kind=own, verdict=Verdict.KIND, other=right)
            for name, own in self._names(self._entity(a))
        ]
        return self._decide(found, about)

    def drop(self, a: str, **about: Unpack[About]) -> list[Decision]:
        """Decide that ``a`` is no entity: a line for each of its names."""
        found = [Decision(name=name, kind=kind, verdict=Verdict.DROPPED) for name, kind in self._names(self._entity(a))]
        return self._decide(found, about)

    def resolve(self, *, config: Settings = None, vocabulary: Iterable[str | os.PathLike[str]] | None = None) -> None:
        """Resolve again under the decisions as they are now, and write the views that lie beside the graph anew.

        Nothing is extracted. The graph is the one that a build from nothing gives.

        Args:
            config: settings as `kg.build` takes them.
            vocabulary: tables or SKOS files of names (`kg.vocabulary`) beside the one that ships; the configuration's
                by default.

        Raises:
            KGError: decisions contradict each other, or a file cannot be read or written; the graph stays as it was.
        """
        chosen = with_vocabulary(_settings(config), vocabulary)
        self.close()
        try:
            with open_for_writing(self.path) as store:
                resolve_again(store, chosen)
        finally:
            self._store = Store(self.path, read_only=True)
        for name in find_written(self.path.parent):
            export_graph(self.store, self.path.parent, format=name, config=chosen.export)

    # ---- from what was asked to names as papers print them

    def _kinds(self) -> dict[str, str]:
        """Return the kinds of the papers' entities, by their names in lower case."""
        return {row[0].lower(): row[0] for row in self.store.rows("SELECT DISTINCT kind FROM document_entities")}

    def _entity(self, asked: str) -> Entity:
        """Return the entity that is meant; of several, the one that has most of the papers."""
        found = find_entities(self.store, asked)
        if len(found) > 1 and found[0].papers <= sum(entity.papers for entity in found[1:]):
            listed = ", ".join(f"'{entity.kind}:{entity.name}'" for entity in found)
            raise QueryError(f"'{asked}' may mean {listed}; give one of these")
        if found:
            return found[0]
        named = find_named(self.store, asked, asked="decide")
        if not isinstance(named, Entity):
            raise QueryError(f"'{asked}' is a paper; a decision is about an entity's name")
        return named

    def _printed(self, entity: Entity) -> list[tuple[str, str]]:
        """Return (name, kind) of an entity as papers print and extraction took them, the commonest first."""
        rows = self.store.rows(
            "SELECT name, kind, count(*) AS n FROM denotations WHERE entity = ? GROUP BY name, kind "
            "ORDER BY n DESC, name, kind",
            [entity.id],
        )
        return [(name, kind) for name, kind, _ in rows]

    def _names(self, entity: Entity) -> list[tuple[str, str]]:
        """Return the same, but one spelling of each normal form."""
        from kg.resolve import name_key

        best: dict[tuple[str, str], tuple[str, str]] = {}
        for name, kind in self._printed(entity):
            best.setdefault((name_key(name), kind), (name, kind))
        return list(best.values())

    def _name(self, asked: str, besides: tuple[str, str] | None = None) -> tuple[str, str]:
        """Return name and kind under which a decision is kept: the name asked for where papers print it.

        Of several it is another than ``besides``.
        """
        from kg.resolve import name_key

        before, colon, after = asked.partition(":")
        if colon:
            # A name of the kind that was extracted, though the entity has another.
            rows = self.store.rows(
                "SELECT name, kind FROM denotations WHERE lower(kind) = lower(?) AND lower(name) = lower(?) "
                "GROUP BY name, kind ORDER BY count(*) DESC, name LIMIT 1",
                [before, after.strip()],
            )
            if rows:
                return rows[0][0], rows[0][1]
        entity = self._entity(asked)
        names = self._printed(entity)
        keys = {name_key(asked)} | ({name_key(after)} if before.lower() == entity.kind.lower() else set())
        same = (name_key(besides[0]), besides[1]) if besides else None
        fitting = [
            *((name, kind) for name, kind in names if name == asked),
            *((name, kind) for name, kind in names if name_key(name) in keys),
        ]
        others = [(name, kind) for name, kind in fitting if (name_key(name), kind) != same]
        return next(iter([*others, *fitting, *names]))

    def _decide(self, decisions: Iterable[Decision], about: About) -> list[Decision]:
        """Add decisions to the file, unless they contradict what is there, and apply them."""
        from kg.decisions import add_decisions
        from kg.resolve import check_decisions

        chosen = _settings(about.get("config"))
        comment, author, date = about.get("comment", ""), about.get("author", ""), about.get("date", "")
        wanted = [dataclasses.replace(one, comment=comment, author=author, date=date) for one in decisions]
        path = decisions_path(self.path, chosen)
        held = find_decisions(self.path, chosen) if path.exists() else {}
        check_decisions({**held, **{decision: "this decision" for decision in wanted if decision not in held}})
        before = path.read_bytes() if path.exists() else None
        new = add_decisions(path, wanted)
        if about.get("rebuild", True):
            try:
                self.resolve(config=chosen)
            except ResolveError:
                # What the names of the papers make of it cannot hold: the file is as it was.
                if before is None:
                    path.unlink()
                else:
                    path.write_bytes(before)
                raise
        return new


def _settings(config: Settings) -> Config:
    from kg.graph.making import settings

    return settings(config)
