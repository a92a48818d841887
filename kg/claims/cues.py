"""What words tell of a claim: which predicate, and where its cue stands.

Every cue in a sentence is a candidate; the one with the least cost is its predicate. A predicate that says much
(outperforms) costs less than one that says little (shows), and a cue costs more where it stands aside: in a clause before
the main one ("By reducing ..., "), as a participle ("..., reducing ..."), or as a purpose ("to reduce ...").
"""

import dataclasses
import re

from kg.records import ClaimPredicate
from kg.text import lowered

_P = ClaimPredicate

#: Predicate, cost, its cues, in small letters. Costs are ours: chosen so that "achieves X, outperforming Y" is a comparison and "improves X,
#: achieving Y" an improvement.
_CUES: tuple[tuple[ClaimPredicate, float, str], ...] = (
    (_P.OUTPERFORMS, 1, r"outperform\w*|underperform\w*|surpass\w*|exceed\w*|outstrip\w*|beat(?:s|en|ing)?\b|outclass\w*|improv(?:es?|ed|ing) (?:up)?on\b(?! the \w+ of)|"
                        r"improv(?:es?|ed|ing) over\b|superior(?:ity)? (?:\w+ ){0,3}(?:to|over|than)\b|superiority of|advantages? (?:of [\w\s-]{1,40} )?over|wins? against|"
                        r"(?:better|stronger|superior|more (?:accurate|efficient|effective|robust|reliable|stable|powerful)(?:ly)?|worse|faster|smaller|less (?:accurate|effective|efficient|robust)) (?:[\w-]+ ){0,6}than\b"),
    (_P.PROVES, 1.5, r"prov(?:e|es|ed|en)\b(?! (?:to be|effective|useful|crucial|highly|more|particularly))|theoretically (?:show|establish|guarantee|justif)\w*|(?:upper|lower|error|regret|generali[sz]ation|tight) bounds?\b|"
                     r"(?:is|are) np-hard|theoretical guarantees?|guarantees? (?:that|for|of|convergence)|soundness and completeness|(?:impossibility|universal approximation) (?:result|theorem)s?"),
    (_P.FAILS, 2, r"fail(?:s|ed|ing)?\b|failures? (?:of|in|to|on)|struggl\w+|unable to|inability|fall(?:s|ing)? short|(?:do(?:es)?|did) not (?:\w+ )?(?:generali[sz]e|improve|transfer|help|suffice|lead|yield|translate|"
                  r"guarantee|benefit|perform)|lags? (?:far )?behind|far behind|lagging|perform(?:s|ed)? (?:\w+ )?(?:poorly|worse\b(?! (?:[\w-]+ ){0,6}than))|limited (?:ability|gains?|generali[sz]\w+|success|impact|improvement)|collapses?\b|cannot\b|can not\b|"
                  r"(?:is|are) (?:\w+ )?(?:insufficient|not (?:sufficient|enough|robust|reliable)|vulnerable|brittle|unreliable|ineffective)|suffer\w* from|fac(?:es|ed) challenges|vulnerab(?:le|ilit(?:y|ies)) to|little (?:impact|effect|improvement|benefit|gain)"),
    (_P.REDUCES, 2, r"reduc(?:es?|ed|ing|tions?)\b|decreas(?:es?|ed|ing)\b|lower(?:s|ed|ing)\b|lower [\w\s-]{0,30}(?:than|cost|error|latency|variance|perplexity|memory)\b|cut(?:s|ting)?\b|alleviat\w+|mitigat(?:es?|ed|ing)\b|minimi[sz](?:es?|ed|ing)\b|"
                    r"speed[- ]?ups?\b|(?:\d|x|\u00d7|\$|times|fold) (?:faster|fewer|less|smaller|cheaper|lower)\b|(?:faster|fewer|cheaper) (?!than)|sav(?:es|ed|ing|ings)\b|degrad(?:es?|ed|ing|ation)\b|drop(?:s|ped)?\b|hurts?\b|harms?\b|impairs?\b|declin(?:es?|ed|ing)\b|"
                    r"shrink\w*|narrow(?:s|ed|ing) the|clos(?:es|ed|ing) the (?:\w+ )?gap|suppress(?:es|ed|ing)?\b|diminish\w*|less (?:memory|compute|data|time|training)|eliminat(?:es?|ed|ing)\b|prevent(?:s|ed|ing)?\b|avoid(?:s|ed|ing)?\b|weaken\w*"),
    (_P.IMPROVES, 2, r"improv(?:es?|ed|ing)\b(?! (?:up)?on| over)|(?<!room for )improvements?\b|enhanc(?:es?|ed|ing|ements?)\b|boost(?:s|ed|ing)?\b|increas(?:es?|ed|ing)\b(?! (?:ly|the amount))|gains?\b(?! insight)|benefits? (?:from|of|to|both)|benefits\b|strengthen\w*|accelerat(?:es?|ed|ing|ion)\b|"
                     r"advanc(?:es|ed|ing) (?:the )?state|higher\b|better\b|helps?\b|rais(?:es?|ed|ing)\b(?! (?:concerns?|questions?|the question|doubts?|important|serious))|elevat(?:es?|ed)\b|refin(?:es|ed)\b|amplif\w+|more effective\w*|scal(?:es|ed) up\b|recover(?:s|ed)?\b|"
                     r"push(?:es|ed)? the|outweigh\w*|grow(?:s|ing)? (?:with|as)|promot(?:es|ed)\b|doubl(?:es|ed)\b|tripl(?:es|ed)\b"),
    (_P.MATCHES, 2, r"on par\b|comparabl[ey]\b|competitive(?:ly)?\b(?! (?:baselines?|methods?|models?|\w+ baselines?|programming|coding|math))|match(?:es|ed|ing)\b(?! (?:the|a|an) (?:task|problem))|match\b(?= (?:or|the (?:performance|accuracy|quality)))|as (?:good|effective|accurate|strong) as|(?:performs?|works?|does|do) (?:just |nearly |almost )?as well as|rival(?:s|ing)?\b|similar (?:to|performance|results|accuracy|quality)|(?:very )?close to\b|"
                    r"equivalen(?:t|ce) (?:to|between)|preserv(?:es?|ing)\b|(?:maintain|retain)(?:s|ing)?\b|approach(?:es|ing) (?:the )?(?:human|performance|\w+-level)|parity|without (?:sacrificing|compromising|losing|degrading)"),
    (_P.GENERALISES, 2, r"generali[sz](?:es?|ed)\b|generali[sz]ing\b|generali[sz]able|transfer(?:s|red)\b|transferab\w+|(?:is|are|remains?) (?:\w+ )?robust\b|robust(?:ness)? (?:to|across|against)|extends? (?:\w+ ){0,3}to\b|(?:scales?|generality|applicab\w+) (?:to|well|with|across|beyond|of)|"
                        r"(?:consistent|hold|holds|persists?|survives?|replicat\w+) (?:across|under)|(?:across|to) unseen|compatible with|model-agnostic|applicab(?:le|ility)\b"),
    (_P.CORRELATES, 2, r"(?:anti-?)?correlat\w+|associated with|associations? between|depends? (?:\w+ )?on\b|depended\b|aligns? (?:\w+ )?with|predictive of|predicts? (?!that)|linked to|relationship between|tied to|varies with|in proportion|proportional|consistent with|co-?dependent|trade-?offs?\b"),
    (_P.CAUSES, 2.2, r"lead(?:s|ing)? to\b|led to\b|caus(?:es|ed|ing)\b|due to\b|because\b|result(?:s|ed|ing) in\b|induc(?:es?|ed|ing)\b|giv(?:es?|ing) rise|affect(?:s|ed|ing)?\b|influenc(?:es?|ed)\b|stem(?:s|med)? from|attribut(?:ed|able) to|driven by|aris(?:es?|ing) from|"
                     r"produc(?:es?|ed|ing)\b|aggravat\w+|exacerbat\w+|rais(?:es?|ed|ing) (?:concerns|questions|doubts)|trigger\w*|shift(?:s|ed)\b|caused by|responsible for|contribut(?:es?|ed|ing) to|explain(?:s|ed)?\b|biased toward\w*|emerg(?:es?|ed|ing)\b|plays? (?:an?|the) (?:\w+ ){0,2}role|determin(?:es|ed)\b|govern(?:s|ed)\b|impact(?:s|ed)\b"),
    (_P.ACHIEVES, 2.6, r"achiev(?:es?|ed|ing|ements?)\b|attain(?:s|ed|ing)?\b|reach(?:es|ed|ing)?\b|obtain(?:s|ed|ing)?\b|yield(?:s|ed|ing)?\b|deliver(?:s|ed|ing)?\b|scor(?:es|ed|ing)\b|perform(?:s|ed)? (?:\w+ )?(?:well|best|strongly|favorably|consistently)|"
                       r"accuracy of|state[- ]of[- ]the[- ]art(?= (?:[\w-]+ ){0,2}(?:performance|results?|accuracy|scores?)|[.,;]| (?:in|on|for|among|across|with)\b)|sota\b(?! \w+s\b)|(?:rank(?:s|ed|ing)?|won|placed) (?:first|second|third|1st|top|the)|set(?:s|ting)? (?:a )?new|establish(?:es|ed|ing)? (?:a )?new|superior\b|excels?\b|solv(?:es|ed)\b|exhibit(?:s|ed|ing)? (?:\w+ ){0,2}(?:performance|accuracy)|"
                       r"succeed\w*|strong (?:performance|results)|best (?:performance|results|overall|balanced|known)|outputs\b|runs? (?:in|at)\b|(?:remains?|is|are) (?:highly |very |particularly )?(?:effective|efficient|accurate|sufficient)|suffices?\b|prov(?:es|ed|en)? (?:to be |highly |more )?(?:effective|useful)|converg(?:es|ed)\b"),
    (_P.ENABLES, 2.6, r"enabl(?:es?|ed|ing)\b|allow(?:s|ed|ing)?\b|facilitat(?:es?|ed|ing)\b|makes? it possible|permits?\b|can (?:\w+ )?be (?:\w+ )?(?:used|applied|learned|trained|guided|composed|controlled|steered|combined|extended|adapted|performed|achieved|done|deployed|recovered|integrated|"
                      r"interpreted|seen|viewed|detected|estimated|identified)|supports?\b|initiat(?:es|ed)\b|admits?\b|unlock(?:s|ed|ing)?\b|empower\w*|pav(?:es|ing) the way|capable of|ability to|(?:without|no) (?:any |additional |extra )?(?:re)?(?:training|requiring|needing|fine-?tuning|the need)"),
    (_P.REQUIRES, 2.6, r"requir(?:es?|ed|ing)\b|needs? (?:to|for|only|fewer|no|more)\b|necessary\b|necessit\w+|crucial\w*|essential\b|critical (?:for|to|role)|(?:is|are) (?:\w+ )?(?:key|vital|important)\b|importance of|relies on|rely (?:\w+ )?on|reliance on|demand(?:s|ed)\b|depend heavily"),
    (_P.INTRODUCES, 3, r"introduc(?:es?|ed|ing|tion)\b|propos(?:es?|ed|ing|al)\b|present(?:s|ed|ing)?\b(?! (?:\w+ ){0,2}(?:results|evidence|experiments|analys[ei]s|findings|empirical|strong|competitive))|develop(?:s|ed|ing)?\b|releas(?:es?|ed|ing)\b|construct(?:s|ed|ing)?\b|"
                       r"(?:re)?buil(?:d|t|ds|ding)\b|design(?:s|ed)?\b|creat(?:es?|ed|ing)\b|contribut(?:es?|ed)\b(?! to)|provid(?:es?|ed|ing)\b(?! (?:\w+ ){0,2}(?:evidence|results|insights?)| in\b)|offer(?:s|ed|ing)?\b|formulat(?:es?|ed|ing)\b|defin(?:es?|ed|ing)\b|curat(?:es?|ed|ing)\b|"
                       r"open[- ]?sourc\w+|survey(?:s|ed)\b|conduct(?:s|ed)?\b|publish\w*|collect(?:s|ed)?\b|deriv(?:es?|ed|ing)\b|establish(?:es|ed)?\b|assembl(?:es?|ed)\b|formali[sz]\w+|(?:give|describe|devise|compile|implement|adapt|leverage|incorporate|integrate|extend)(?:s|d|ed)?\b|"
                       r"first (?:\w+ ){0,3}(?:to|work|study|attempt|method|framework)|novel\b|new (?:method|dataset|benchmark|framework|task|approach|model|algorithm|paradigm)|made (?:publicly )?available"),
    (_P.SHOWS, 3.4, r"show(?:s|n|ed|ing|case\w*)?\b|demonstrat\w+|find(?:s|ings?)?\b|found\b|reveal\w*|indicat(?:es?|ed|ing)\b|suggest\w*|observ(?:es?|ed|ing|ations?)\b|confirm\w*|illustrat\w+|evidence\b|validat\w+|verif(?:y|ies|ied)\b|highlight\w*|uncover\w*|discover\w*|"
                    r"identif\w+|exhibit\w*|underscor\w+|argu(?:e|es|ed)\b|conclud\w+|impl(?:y|ies)\b|prov(?:es?|en) to be|remain(?:s|ed)?\b|captur(?:es?|ed|ing)\b|captures\b|effectiveness\b|efficacy\b|turns? out|point(?:s|ing)? to|report(?:s|ed)?\b|reflect\w*|consists? of|"
                    r"represents?\b|constitut\w+|detect(?:s|ed)?\b|display\w*|tend(?:s|ed)? to|prefer\w*|favou?r(?:s|ed)?\b|characteri[sz]\w+|quantif\w+|analy[sz](?:es|ed|ing)\b|corresponds?\b|dominat(?:es|ed)\b|encod(?:es?|ed)\b|learn(?:s|ed)?\b|behav(?:es?|ed)\b|contain(?:s|ed)?\b|"
                    r"carr(?:y|ies)\b|combin(?:es?|ed)\b|means?\b|switched to|changed\b|(?:is|are|was|were)\b"),
)  # fmt: skip
#: They are looked for where a word begins, not where it ends.
_ALL = re.compile(rf"\b(?=\S)(?:{'|'.join(rf'(?P<c{i}>{cue})' for i, (_, _, cue) in enumerate(_CUES))})")
#: The bare copula says least of all.
_COPULA = re.compile(r"(?:is|are|was|were)$", re.IGNORECASE)

#: Who reports: "Our experiments show that", "We find", "Results on MMLU indicate that".
_FRAME = re.compile(
    r"\b(?:show(?:s|n|ed|ing)?|demonstrat(?:es?|ed|ing)|find|finds|found|finding|reveal(?:s|ed|ing)?|indicat(?:es?|ed|ing)|"
    r"suggest(?:s|ed|ing)?|observ(?:es?|ed|ing)|confirm(?:s|ed|ing)?|validat(?:es?|ed)|verif(?:y|ies|ied)|argue|argues|highlight(?:s|ing)?|"
    r"conclude|prov(?:es?|ed|ing)|impl(?:y|ies)|discover(?:ed)?|report(?:ed)?|illustrat(?:es?|ed)|establish(?:es|ed)?|evidence)"
    r"(?:,? [\w-]+ly,?)? that\b|\b(?:we|results|experiments|evaluations?|findings) (?:\w+ ){0,2}(?:find|found|show|observe|"
    r"demonstrate|reveal|indicate|confirm)\b(?= (?:our|the proposed|(?-i:[A-Z])[\w-]{1,30}) (?:[\w-]+ ){0,2}"
    r"(?:outperform|achieve|improve|reduce|surpass|match|can|is|are|has)\w*)",
    re.IGNORECASE,
)
_ADDED = re.compile(r",(?: (?:thus|thereby|further|also))? \w+ing(?: \w+ly)? that$", re.IGNORECASE)
#: A clause before the main one: a word that opens it, up to its comma.
_OPENING = re.compile(
    r"^\W{0,3}(?:(?:moreover|furthermore|additionally|notably|finally|specifically|in particular|importantly|crucially|however|"
    r"empirically|interestingly|surprisingly|yet|but|instead|first|second|third|lastly|also|further|consequently|thus|therefore|experimentally|overall),? )?"
    r"(?:by|when|while|although|though|despite|whereas|if|to|unlike|compared|given|based|using|leveraging|building|through|without|"
    r"with|because|since|as|after|once|contrary|in contrast to|rather than|instead of|combined|along|tested|trained|evaluated|applied|"
    r"motivated|inspired|beyond|even)\b[^,;]{3,200}, (?!and\b|or\b|\w+ing\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:,| and| while| thereby| thus| by| without| when| for| in| of| whilst)(?: (?:while|thereby|thus|hence|significantly|also|"
    r"and|even|largely|substantially|effectively|consistently|further|simultaneously|not only))* $",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"(?<!able)(?<!shown)(?<!found)(?<!tend)(?<!tends)(?<!proven)(?<!prove)(?<!proves)(?<!known)(?<!fail)(?<!fails)(?<!helps)"
    r"(?<!help)(?<!seems)(?<!appears)(?<!continues)(?<!ability)(?<!used)(?<!demonstrated)(?<!observed)(?<!shown,) to (?:\w+ly )?$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:that|which|who|whose) (?:\w+ ){0,2}$", re.IGNORECASE)
#: Before a participle that only qualifies a noun: "the proposed model", "of improved prompts".
_QUALIFIES = re.compile(
    r"(?:\b(?:the|an?|our|its|their|this|these|those|existing|recently|newly|previously|most|such|any|no|of|with|for|on|as|from|"
    r"into|alongside|including|other|each|all|some|two|three|several|under|at)|[a-z]+[- ](?:widely|commonly|carefully)) $",
    re.IGNORECASE,
)
#: Words that are a noun as often as a verb.
_NOUNISH = frozenset(
    {
        "match",
        "design",
        "survey",
        "report",
        "prefer",
        "novel",
        "drop",
        "benefits",
        "findings",
        "finding",
        "ability to",
        "capable of",
    }
)
#: What is "proven" by a trial is shown.
_TRIED = re.compile(r"\b(?:experiment|result|evaluation|simulation|test|empiric)\w*", re.IGNORECASE)
_NOUN = re.compile(r"(?:reduction|degradation|acceleration|improvement|enhancement|gain|speed-?up)s?$")
#: A noun that only names a circumstance: "after rank reduction", "the cause of quality degradation".
_WITHIN = re.compile(r"\b(?:of|after|via|for|during|under|against|towards?|need)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ly )?$", re.IGNORECASE)
_AGENT = re.compile(
    r"^\s?(?:\w+ ){0,2}?by (?!\d|\$|up to|about|an? (?:average|margin|factor)|roughly|over|more|at|\w+ing)",
    re.IGNORECASE,
)
_UNDER = re.compile(r"underperform|worse|less (?:accurate|effective|efficient|robust)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Cue:
    """Where the words stand that tell a predicate, and the clause that they rule.

    `clause` is where their clause starts. `turned`: what stands before them is the object ("X is outperformed by Y").
    """

    predicate: ClaimPredicate
    start: int
    end: int
    clause: int
    turned: bool = False


def find_cue(sentence: str, *, contribution: bool = False) -> Cue:
    """Return the cue of what a sentence says.

    Args:
        sentence: the text.
        contribution: the sentence says that something is introduced: cues of introducing come first.

    >>> find_cue("We show that BERT is outperformed by XLNet.").predicate.value
    'outperforms'
    """
    # "..., indicating that": what stands before is the claim, this its interpretation.
    frames = [
        f.end() for f in _FRAME.finditer(sentence) if not _ADDED.search(sentence[max(0, f.start() - 12) : f.end()])
    ]
    frame = frames[0] if frames else 0
    opening = _OPENING.match(sentence[frame : frame + 400])
    main = frame + opening.end() if opening else frame
    best: tuple[float, int, Cue] | None = None
    for found in _ALL.finditer(lowered(sentence)):
        predicate, cost, _ = _CUES[int(str(found.lastgroup)[1:])]
        start, end = found.span()
        words = sentence[start:end]
        if contribution and predicate is _P.INTRODUCES:
            cost = 0
        before = sentence[max(frame if start > frame else 0, start - 40) : start]
        plain = found.group()
        if plain.endswith("ed") and " " not in words and _QUALIFIES.search(before):
            cost += 4
        elif plain.endswith("ed") and _AGENT.match(sentence[end : end + 60]) and not _PASSIVE.search(before):
            # "answers provided by users"
            cost += 2
        elif _NOUN.search(plain):
            cost += 1.7 if _WITHIN.search(before) else 0.3
        elif plain in _NOUNISH:
            cost += 0.5
        elif plain.endswith(("bound", "bounds")):
            cost += 0.9
        elif plain.endswith("ing") and (_ASIDE.search(before) or start > main):
            cost += 1.5
        elif _PURPOSE.search(before):
            cost += 1.5
        elif _RELATIVE.search(before) and start > frame:
            cost += 0.8
        if predicate is _P.SHOWS and _COPULA.match(words):
            cost += 2
        if end <= frame:
            # "We show that": said of what is shown, not of the thing itself.
            cost += (
                2 if predicate is _P.PROVES and _TRIED.search(sentence[:start]) else 0 if predicate is _P.PROVES else 3
            )
        elif end <= main:
            cost += 1.7
        if best is None or (cost, start) < best[:2]:
            turned = bool(_UNDER.search(words)) and predicate is _P.OUTPERFORMS
            if _PASSIVE.search(before) and _AGENT.match(sentence[end : end + 60]):
                turned = not turned
            best = (cost, start, Cue(predicate, start, end, main if start >= main else frame, turned))
    return best[2] if best else Cue(_P.NONE, 0, 0, 0)
