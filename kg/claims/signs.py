"""How a claim is said: for or against, denied, with reserve, and whose it is."""

import re

from kg.records import ClaimPredicate, Polarity
from kg.text import lowered

_P = ClaimPredicate

#: A denial that rules the words behind it.
_NEGATION = re.compile(
    r"(?:\b(?:not|never|neither|nor|cannot|hardly|barely|rarely|seldom|fail(?:s|ed|ing)? to|unable to|inability|"
    r"far from|nor|"
    r"no (?:evidence|indication|guarantee|(?:\w+ ){0,2}(?:method|model|approach|LLM|system|one)s?))\b|n['\u2019]t\b)",
    re.IGNORECASE,
)
#: Behind the cue: "shows no improvement", "does little to help", "achieves neither".
_NEGATION_BEHIND = re.compile(
    r"^(?:\s(?:to|that|any|in|there is|there are|almost|virtually|essentially|relatively))?\s"
    r"(?:not|no|neither|nor|little|never|nothing|none of|hardly|barely|does not|do not|is not|are not|cannot)\b",
    re.IGNORECASE,
)
#: Right before the cue: "show no improvement".
_NO_BEFORE = re.compile(r"\b(?:no|without|little|lack of) (?:\w+ ){0,2}$", re.IGNORECASE)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|least)\b|\bno (?:longer (?:need|requir)\w*|doubt)\b|\bno (?:additional|extra|"
    r"further)\b|\bnot to mention\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:(?-i:may)|might|could|potential(?:ly)?|suggest(?:s|ed|ing|ive)?|appear(?:s|ed)?|"
    r"seem(?:s|ed|ingly)?|likely|possibl[ye]|"
    r"perhaps|tend(?:s|ed)? to|in (?:some|certain|many) cases|sometimes|often|up to|promising|preliminary|"
    r"to some extent|"
    r"hypothesi[sz]e[sd]?|conjectur\w+|plausibl[ye]|presumably|apparently|arguably|probably|partially|hints?|"
    r"believe)\b",
    re.IGNORECASE,
)
_PRIOR = re.compile(
    r"\b(?:prior|previous|earlier|existing|recent|past) (?:\w+ )?(?:work|works|studies|study|research|methods|"
    r"approaches|literature|"
    r"efforts|findings|papers) (?:has|have|had)?\s*(?:\w+ly )?(?:show|demonstrat|found|find|report|propos|suggest|"
    r"establish|"
    r"observ|argu|focus|reli|rely|treat|assum|attempt|explor|used?|consider|fail)\w*|"
    r"\bit (?:has|have) (?:\w+ )?been (?:\w+ )?(?:shown|demonstrated|proven|proved|reported|observed|argued|"
    r"suggested|established|hypothesi[sz]ed)\b|"
    r"\bit is (?:well[- ])?(?:known|established|documented) that\b|\b(?:has|have) (?:recently|"
    r"previously) (?:been )?(?:shown|demonstrated|achieved|emerged)\b|"
    r"\b(?-i:[A-Z][a-z\u00e0-\u017e]{1,20}) et al\.?(?:,? \(?\d{4}\)?| \[\d{1,3}\])? (?:has |have )?(?:show|"
    r"demonstrat|found|report|propos|suggest|prov)\w*",
    re.IGNORECASE,
)
#: A sentence that opens with its source: "[12] shows", "(Smith et al., 2020) find".
_CITED = re.compile(
    r"^\W{0,2}(?:(?:in|as shown (?:in|by)|following) )?(?:\[\d{1,3}(?:, ?\d{1,3}){0,8}\]|"
    r"\([A-Z][^()]{2,60}\d{4}[a-z]?\))[ ,]"
)
_OWN = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|study))\b", re.IGNORECASE)

#: Less of these is better; in small letters.
_COST = (
    r"errors?|loss(?:es)?|perplexit(?:y|ies)|latenc(?:y|ies)|(?:run|training|inference|running|wall-clock|"
    r"computation|search|sampling)?[- ]?times?|"
    r"costs?|memory|parameters?|(?:compute|computation)(?:al)?|overheads?|hallucinat\w*|bias(?:es|ed)?|toxicity|"
    r"toxic|forgetting|overfitting|"
    r"variance|regret|complexity|noise|risks?|[cw]er|fid|rmse|mae|mse|energy|consumption|gaps?|degradation|false|"
    r"attacks?|redundan\w+|"
    r"interference|uncertainty|shortcuts?|leakage|harm\w*|need|reliance|dependence|size|footprint|overconfidence|"
    r"miscalibration|divergence|"
    r"collapse|drift|collisions?|violations?|carbon|emissions?|flops?|tokens|steps|samples|artifacts?|misalignment|"
    r"sycophancy|distortion|"
    r"vulnerabilit\w+|effort|burden|iterations|queries|communication|disparit\w+|ambiguity|conflicts?|"
    r"inconsistenc\w+|distances?|limitations?|"
    r"misinformation|mistakes|instability|discrepanc\w+|unfairness|failures?"
)
#: More of these is better; in small letters.
_GOOD = (
    r"accurac(?:y|ies)|performance|quality|robustness|generali[sz](?:ation|ability)|scores?|f1|bleu|rouge|precision|"
    r"recall|abilit(?:y|ies)|"
    r"capabilit(?:y|ies)|success|efficiency|throughput|diversity|fidelity|stability|reliability|safety|fairness|"
    r"alignment|coherence|"
    r"faithfulness|truthfulness|auc|auroc|map|m?iou|agreement|expressiv\w+|creativity|understanding|reasoning|"
    r"consistency|detection"
)
_FIRST = re.compile(rf"\b(?=\S)(?:(?P<cost>{_COST})|(?P<good>{_GOOD}))\b")
_ILL = re.compile(
    r"\b(?:degrad\w+|hurts?|harm(?:s|ed|ful)?|worse\w*|suffer\w*|deteriorat\w+|vulnerab\w+|brittle\w*|drops?|"
    r"declin\w+|collapses?|limited|"
    r"limitations?|poor(?:ly)?|gaps?|weakness\w*|bias(?:es|ed)?|errors?|hallucinations?|misalign\w*|struggl\w+|"
    r"fail\w*|unreliable|"
    r"inconsisten\w+|insufficient|lack(?:s|ing)?|challenging|inadequate|overconfiden\w+|unsafe|threats?|aggravat\w+|"
    r"exacerbat\w+|concerns)\b",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"\b(?:effective(?:ness|ly)?|efficacy|superior(?:ity)?|strong(?:er|est|ly)?|robust(?:ness)?|benefits?|"
    r"advantages?|promising|success\w*|"
    r"useful\w*|best|better|efficient(?:ly)?|accurate(?:ly)?|excellent|remarkable|improve\w*|reliabl[ye]|feasib\w+|"
    r"outstanding|high-quality)\b",
    re.IGNORECASE,
)
_RAISING = re.compile(r"increas|rais|grow|amplif|higher|elevat|scal", re.IGNORECASE)
_IMPAIRING = re.compile(r"degrad|hurt|harm|impair|declin|drop|diminish|weaken|worsen", re.IGNORECASE)
_RELIEVING = re.compile(
    r"alleviat|mitigat|speed|faster|fewer|cheaper|sav|avoid|prevent|narrow|clos|less|eliminat|minimi", re.IGNORECASE
)
_ONLY = re.compile(
    r"^\s(?:only|merely|just|at most|less than|below|near-zero|near zero|poor|low|limited|fewer)\b", re.IGNORECASE
)
_CLAUSE_END = re.compile(
    r"[;:]|, (?:while|whereas|but|although|though|and|which|with|\w+ing)\b|\b(?:while|whereas|but|although)\b"
)


def is_negated(sentence: str, start: int | None = None, end: int | None = None, clause: int = 0) -> bool:
    """Say whether a sentence denies what its cue says.

    Args:
        sentence: the text.
        start: where the cue starts; without it the whole sentence is looked at.
        end: where the cue ends.
        clause: where the cue's clause starts.

    >>> is_negated("Scale does not help."), is_negated("It helps without additional data.")
    (True, False)
    """
    masked = _NO_DENIAL.sub(lambda found: "_" * len(found.group()), sentence)
    if start is None or end is None:
        return bool(_NEGATION.search(masked))
    before = masked[clause if clause <= start else 0 : start]
    # Only the clause that the cue stands in: "though it does not move" denies another one.
    borders = [border.end() for border in _CLAUSE_END.finditer(before)]
    before = before[borders[-1] :] if borders else before
    return bool(
        _NEGATION.search(before)
        or _NO_BEFORE.search(before)
        or _NEGATION.search(masked[start : end + 4])
        or _NEGATION_BEHIND.match(masked[end : end + 40])
    )


def is_hedged(sentence: str) -> bool:
    """Say whether a sentence speaks with reserve ("may", "suggests", "up to").

    "Can" is no reserve: abstracts say by it what a method does.
    """
    return bool(_HEDGE.search(sentence))


def is_prior(sentence: str) -> bool:
    """Say whether a sentence reports earlier work, and nothing of its own beside it.

    >>> is_prior("Prior work has shown that dropout helps."), is_prior("Unlike prior work, we show that it hurts.")
    (True, False)
    """
    return bool((_PRIOR.search(sentence) or _CITED.match(sentence)) and not _OWN.search(sentence))


def find_polarity(predicate: ClaimPredicate, sentence: str, start: int, end: int, *, negated: bool) -> Polarity:
    """Return whether a claim speaks well or ill of its subject.

    What is good depends on the measure: less of an error is good, less of an accuracy is not.

    Args:
        predicate: what the claim says.
        sentence: its text.
        start: where the cue of the predicate starts.
        end: where it ends.
        negated: the claim denies it.

    >>> find_polarity(ClaimPredicate.REDUCES, "It reduces the error.", 3, 10, negated=False).value
    'positive'
    """
    cue = sentence[start:end]
    rest = sentence[end : end + 120]
    if border := _CLAUSE_END.search(rest):
        rest = rest[: border.start()]
    measure = _FIRST.search(lowered(rest))
    # "error is reduced", "performance drops": the measure stands before.
    if measure is None:
        before = list(_FIRST.finditer(lowered(sentence[max(0, start - 60) : start])))
        measure = before[-1] if before else None
    costly = bool(measure and measure["cost"])
    good: bool | None = None
    if predicate is _P.FAILS:
        # The denial is often the cue itself ("fails to", "cannot"); "does not fail" denies it.
        return Polarity.POSITIVE if re.search(r"\b(?:not|never|n['\u2019]t) $", sentence[:start]) else Polarity.NEGATIVE
    if predicate in (_P.OUTPERFORMS, _P.MATCHES, _P.GENERALISES, _P.ENABLES):
        good = True
    elif predicate is _P.ACHIEVES:
        good = not _ONLY.match(rest) or costly
    elif predicate is _P.IMPROVES:
        good = not (costly and _RAISING.search(cue)) or bool(_WELL.search(rest))
    elif predicate is _P.REDUCES:
        if _IMPAIRING.search(cue):
            good = costly and not _ILL.search(cue) and not re.search(r"degrad|hurt|harm|impair", cue, re.IGNORECASE)
        elif _RELIEVING.search(cue):
            good = True
        elif measure:
            good = costly
    elif predicate in (_P.SHOWS, _P.CAUSES, _P.REQUIRES, _P.CORRELATES):
        ill, well = _ILL.search(cue + rest), _WELL.search(cue + rest)
        if predicate is _P.REQUIRES:
            good = (
                True
                if re.match(r"\s(?:no|only|few|fewer|less|minimal|little|neither|significantly less)\b", rest)
                else None
            )
            negated = negated and good is None
        elif predicate is _P.CORRELATES:
            good = None
        elif ill and (not well or ill.start() < well.start()):
            good = False
        elif well:
            good = True
    if good is None:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if good is not negated else Polarity.NEGATIVE
