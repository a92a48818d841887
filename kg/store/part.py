"""A part of a graph as a store of its own: every view can be made of it as of the whole."""

import duckdb

from kg.selection import Selection
from kg.store.file import Store
from kg.store.tables import TABLES

#: What of each table belongs to a part: a condition over its columns. Tables that are not listed here (the settings
#: of the build) belong to every part; `entities` is told below, since it counts papers anew.
_BELONGS = {
    "papers": "id IN (FROM chosen_papers)",
    "sentences": "paper IN (FROM chosen_papers)",
    "document_entities": "(paper, name, kind) IN (SELECT (paper, name, kind) FROM denotations)",
    "mentions": "(paper, name) IN (SELECT (paper, name) FROM denotations)",
    "claims": "paper IN (FROM chosen_papers)",
    "relations": "(paper, subject) IN (SELECT (paper, name) FROM denotations) "
    "AND (paper, object) IN (SELECT (paper, name) FROM denotations)",
    "denotations": "paper IN (FROM chosen_papers) AND entity IN (FROM chosen_entities)",
    "merges": "entity IN (FROM chosen_entities)",
    "groundings": "entity IN (FROM chosen_entities)",
    "links": "a IN (FROM chosen_papers) AND b IN (FROM chosen_papers)",
}
#: An entity's papers and mentions are counted in the part: its views speak of nothing else.
_ENTITIES = """
    SELECT e.* REPLACE (
        coalesce(d.papers, 0)::INTEGER AS papers,
        coalesce(m.mentions, 0)::INTEGER AS mentions,
        coalesce(w.wider, []) AS broader)
    FROM kept.entities e
    LEFT JOIN (SELECT entity, count(DISTINCT paper) AS papers FROM denotations GROUP BY entity) d ON d.entity = e.id
    LEFT JOIN (
        SELECT n.entity, count(*) AS mentions
        FROM mentions AS m JOIN denotations AS n ON n.paper = m.paper AND n.name = m.name
        GROUP BY n.entity) m ON m.entity = e.id
    LEFT JOIN (
        SELECT id, list(one ORDER BY place) AS wider
        FROM (SELECT id, unnest(broader) AS one, generate_subscripts(broader, 1) AS place FROM kept.entities)
        WHERE one IN (FROM chosen_entities) GROUP BY id) w ON w.id = e.id
    WHERE e.id IN (FROM chosen_entities)
"""


class Part(Store):
    """Chosen papers and entities of a graph with all that is known of them; to read, never to write.

    Everything stays in the file of the whole: a part takes the memory of the ids that were chosen.
    """

    def __init__(self, whole: Store, selection: Selection) -> None:
        """Open the part of ``whole`` that ``selection`` names.

        Raises:
            StoreError: the file of the whole cannot be read.
        """
        self._cut = False
        super().__init__(whole.path, read_only=True)
        self.selection = selection
        connection = self._connection
        connection.execute("USE memory")
        for name, ids in (("chosen_papers", selection.papers), ("chosen_entities", selection.entities)):
            connection.execute(f"CREATE TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS id", [list(ids)])
        # Conditions look into `denotations`: it comes first.
        for table in ("denotations", *(name for name in TABLES if name not in ("denotations", "entities"))):
            condition = _BELONGS.get(table, "true")
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM kept.{table} WHERE {condition}")
        connection.execute(f"CREATE TABLE entities AS {_ENTITIES}")
        self._cut = True

    def _cursor(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection that sees the part's tables: those of the database in memory."""
        return self._connection.cursor() if self._cut else super()._cursor()
