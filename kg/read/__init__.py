"""Reading papers: one file a format, recognised by content."""

from kg.read.faults import Fault, Reject, write_rejects
from kg.read.formats import FORMATS, find_format, find_readers
from kg.read.papers import read_papers

__all__ = ["FORMATS", "Fault", "Reject", "find_format", "find_readers", "read_papers", "write_rejects"]
