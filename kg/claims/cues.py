"""What words tell of a claim: predicate, polarity, negation, hedging, and whose it is."""

import re

from kg.records import ClaimPredicate, Polarity

_P = ClaimPredicate

#: Cue -> predicate, the first that matches a sentence counts; the more telling come first.
_CUES: tuple[tuple[ClaimPredicate, str], ...] = (
    (_P.OUTPERFORMS, r"outperform\w*|surpass\w*|exceed\w*|beat(?:s|en)?\b|superior(?:ity)? (?:to|over|performance)|"
                     r"(?:better|higher|stronger) (?:\w+ ){0,3}than|state[- ]of[- ]the[- ]art|\bsota\b|"
                     r"improv\w+ (?:up)?on\b|improv\w+ over\b|advantage over|wins? against"),
    (_P.PROVES, r"\bprov(?:e|es|ed|en)\b|\btheoretically (?:show|establish|guarantee)\w*|guarantee\w*|\bbounds? (?:of|on|for)"),
    (_P.FAILS, r"\bfail(?:s|ed|ure)?\b|struggl\w+|cannot\b|unable to|fall(?:s)? short|do(?:es)? not (?:generali[sz]e|improve|"
               r"transfer|help|suffice)|lags? behind|perform\w* (?:poorly|worse)|limited (?:ability|gains?)|collapse\w*"),
    (_P.REDUCES, r"reduc\w+|decreas\w+|lower(?:s|ed|ing)\b|\bcut(?:s|ting)?\b|alleviat\w+|mitigat\w+|minimi[sz]\w+|"
                 r"speed[- ]?ups?|(?:\d|x|times) (?:faster|fewer|less|smaller)|sav(?:es|ing)\b|degrad\w+|drops?\b|hurts?\b"),
    (_P.IMPROVES, r"improv\w+|enhanc\w+|boost\w*|increas\w+|gains?\b|benefits?\b|strengthen\w*|accelerat\w+|better\b|helps?\b"),
    (_P.MATCHES, r"on par|comparable|competitive|match(?:es|ed|ing)?\b|as (?:good|well|effective) as|rivals?\b|similar (?:to|"
                 r"performance|results)|close to"),
    (_P.GENERALISES, r"generali[sz](?:e|es|ed|ing)\b|transfer(?:s|red)?\b|robust(?:ness)? (?:to|across|against)|extends? to|"
                     r"scales? (?:to|well|with)"),
    (_P.CORRELATES, r"correlat\w+|associat(?:ed|ion)|depends? on|aligns? with|predict(?:s|ive) of|linked to"),
    (_P.CAUSES, r"\bleads? to|\bled to|\bcauses?\b|\bcaused\b|\bdue to|result(?:s|ed|ing)? in\b|\binduc\w+|gives? rise|"
                r"\baffects?\b|\binfluenc\w+|stems? from|attribut\w+ to|\bdriven by"),
    (_P.ACHIEVES, r"achiev\w+|attain\w*|reach(?:es|ed)?\b|obtain\w*|yield\w*|deliver\w*|scor(?:es|ed)\b|perform(?:s|ed)? (?:well|"
                  r"best|strongly)|accura\w+ of"),
    (_P.ENABLES, r"enabl\w+|allow(?:s|ed|ing)?\b|facilitat\w+|makes? it possible|\bpermits?\b|without (?:any|requiring|needing|"
                 r"the need)|\bcan be (?:used|applied|learned|trained)"),
    (_P.REQUIRES, r"requir\w+|\bneeds?\b|necessary|crucial|essential|critical (?:for|to)|relies on|importan(?:t|ce)"),
    (_P.INTRODUCES, r"introduc\w+|propos\w+|present(?:s|ed)?\b|develop(?:s|ed)?\b|releas\w+|construct(?:s|ed)?\b|\bbuil[dt]s?\b|"
                    r"design(?:s|ed)?\b|creat(?:e|es|ed)\b|contribut\w+|provid\w+|offer(?:s|ed)?\b|formulat\w+|\bdefine[sd]?\b|"
                    r"curat\w+|open[- ]?sourc\w+|survey\w*|conduct(?:s|ed)?\b|publish\w*|collect(?:s|ed)?\b"),
    (_P.SHOWS, r"show(?:s|n|ed|ing)?\b|demonstrat\w+|find(?:s|ings?)?\b|found\b|reveal\w*|indicat\w+|suggest\w*|observ\w+|"
               r"confirm\w*|illustrat\w+|evidence|validat\w+|highlight\w*|uncover\w*|discover\w*|identif\w+|exhibit\w*|emerge\w*"),
)  # fmt: skip
_COMPILED = tuple((predicate, re.compile(pattern, re.IGNORECASE)) for predicate, pattern in _CUES)

_PASSIVE = re.compile(r"(?:outperformed|surpassed|exceeded|beaten|improved (?:up)?on) by\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|n't|no|never|neither|nor|without|fails? to|failed to|cannot|unable to|lack(?:s|ing)?|hardly|barely|little|rarely)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_NOT_ONLY = re.compile(r"\bnot only\b|\bno(?:t)? (?:additional|extra|longer|need)\b|\bwithout (?:any|additional|extra|requiring|"
                       r"the need|needing|sacrificing|compromising|loss)\b", re.IGNORECASE)  # fmt: skip
_HEDGE = re.compile(
    r"\b(?:may|might|could|can potentially|potential(?:ly)?|suggest(?:s|ed|ing)?|appear(?:s|ed)?|seem(?:s|ed)?|likely|possibl[ye]|"
    r"perhaps|tends? to|in some cases|often|up to|promising|preliminary|to some extent|hypothesi[sz]e)\b",
    re.IGNORECASE,
)
_PRIOR = re.compile(
    r"\b(?:prior|previous|earlier|existing|recent) (?:work|works|studies|research|methods|approaches) (?:has|have|had)?\s*"
    r"(?:show|shown|demonstrat|found|report|propos|suggest)\w*|\bit (?:has|have) been (?:shown|demonstrated|proven|reported)\b|"
    r"\b(?:has|have) recently (?:shown|demonstrated|achieved)\b",
    re.IGNORECASE,
)
#: Less of these is better.
_COSTS = re.compile(
    r"\b(?:errors?|loss(?:es)?|perplexity|latency|time|cost|costs|memory|parameters?|computation(?:al)?|overhead|hallucinations?|"
    r"bias(?:es)?|toxicity|forgetting|overfitting|variance|regret|complexity|noise|risk|WER|FID|energy|consumption|gap|"
    r"degradation|false|attacks?|redundancy|interference|uncertainty|shortcut|leakage|harm\w*|need|reliance|size)\b",
    re.IGNORECASE,
)
_ILL = re.compile(
    r"\b(?:degrad\w+|hurts?|harm(?:s|ed)?|worse\w*|suffer\w*|deteriorat\w+|vulnerab\w+|brittle\w*|drops?|declin\w+)\b",
    re.IGNORECASE,
)


def find_predicate(sentence: str, *, contribution: bool = False) -> tuple[ClaimPredicate, int, int, bool]:
    """Return what a sentence says of its subject, where its cue stands, and whether it is turned round ("X is
    outperformed by Y").

    Args:
        sentence: the text.
        contribution: the sentence says that something is introduced: cues of introducing come first.
    """  # noqa: D205 - as elsewhere, one sentence
    if turned := _PASSIVE.search(sentence):
        return ClaimPredicate.OUTPERFORMS, turned.start(), turned.end(), True
    cues = _COMPILED
    if contribution:
        cues = tuple(c for c in _COMPILED if c[0] is _P.INTRODUCES) + _COMPILED
    for predicate, pattern in cues:
        if found := pattern.search(sentence):
            return predicate, found.start(), found.end(), False
    return ClaimPredicate.NONE, 0, 0, False


def is_negated(sentence: str) -> bool:
    """Say whether a sentence denies something.

    >>> is_negated("Scale does not help."), is_negated("It helps without additional data.")
    (True, False)
    """
    return bool(_NEGATION.search(_NOT_ONLY.sub(" ", sentence)))


def is_hedged(sentence: str) -> bool:
    """Say whether a sentence speaks with reserve ("may", "suggests", "up to")."""
    return bool(_HEDGE.search(sentence))


def is_prior(sentence: str) -> bool:
    """Say whether a sentence reports earlier work."""
    return bool(_PRIOR.search(sentence))


def find_polarity(predicate: ClaimPredicate, sentence: str, end: int, *, negated: bool) -> Polarity:
    """Return whether a claim speaks well or ill of its subject; ``end`` is where its cue ends.

    >>> find_polarity(ClaimPredicate.REDUCES, "It reduces the error.", 10, negated=False).value
    'positive'
    """
    good: bool | None = None
    if predicate in (_P.OUTPERFORMS, _P.ACHIEVES, _P.MATCHES, _P.ENABLES, _P.GENERALISES):
        good = True
    elif predicate is _P.FAILS:
        return Polarity.NEGATIVE
    elif predicate is _P.IMPROVES:
        good = not re.match(
            r"\s+(?:\w+\s+){0,2}(?:errors?|loss|latency|cost|risk|bias|hallucinations?|toxicity)\b", sentence[end:]
        )
    elif predicate is _P.REDUCES:
        good = bool(_COSTS.search(sentence[end : end + 80])) or bool(
            re.search(r"faster|fewer|speed", sentence, re.IGNORECASE)
        )
        if _ILL.search(sentence):
            good = False
    elif _ILL.search(sentence):
        good = False
    if good is None:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if good is not negated else Polarity.NEGATIVE
