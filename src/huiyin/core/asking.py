"""The points a message asks, found in its own words: a proposal to a person, who keeps, changes or leaves out each. Pure.

A sentence asks when it says so (请…, 希望…, “could you …”), when it is a question that waits for an answer, or when it is one of a
numbered list that was announced as what is asked. What somebody else said or wanted, what was asked in the past, and questions
that only complain are left out. Nothing found is “I do not know”. Time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from huiyin.core.likeness import likeness
from huiyin.core.search import pieces

# Proposed at most, and how long each may be; the sentence shown beside it may be longer. In characters.
MOST: Final = 10
LONGEST: Final = 100
LONGEST_SENTENCE: Final = 240
# More than any field of a form takes.
READ_AT_MOST: Final = 20_000
# A sentence no longer than this is a point as it stands; of a longer one the part that asks. A part shorter than `SHORT` says too little.
WHOLE: Final = 40
SHORT: Final = 10
# From so many characters on, what stands before the asking in a clause is the story.
STORY: Final = 24
# Of these few characters nothing can be asked.
LEAST: Final = 3
# How alike two points must be to be one (`core.likeness`).
SAME: Final = 0.85
# How far before a word of asking is read whose it is.
BEFORE: Final = 8

_QUOTED: Final = re.compile(r"“[^”]{1,600}”|「[^」]{1,600}」|『[^』]{1,600}』|\"[^\"]{1,600}\"")
_NUMBER: Final = (
    r"(?:第[一二三四五六七八九十]{1,2}[点、，,：:]|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)][、.．]?"
    r"|(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)．：:]|\.(?!\d))|[①-⑳])"
)
_NUMBERED: Final = re.compile(rf"\s*({_NUMBER})\s*")
_NEW_NUMBER: Final = re.compile(rf"(?<=[\s。；;：:！!？?，,.])(?={_NUMBER})")
_FIRST: Final = frozenset({"一", "1", "①"})
_END: Final = re.compile(r"[。！!？?；;\n\r]+|\.(?=\s|$)|…{2,}")
_COMMA: Final = re.compile(r"[，,：:]|\s+(?=[^\x00-\x7f])")

_ASKS: Final = re.compile(
    r"恳请|敬请|烦请|诚请|特请|提请|拜请|盼请|恳求|跪求|急求|(?:请求|诉求)(?!如下|人|是[什：:]|[，,：:]|$)|呼吁|期盼|企盼|盼望|期望(?!值)"
    r"|希望(?!工程|小学|之|破灭|渺茫|越来)|救救|[来快]救|为民[做作]主|当家[做作]主|主持公道|给(?:出|个|一个|我们?|大家|一)*说法|我想?申请(?![过了])|特申请|现申请"
    r"|(?<![申邀聘宴未没不恳敬烦诚特提拜盼])请(?![问教求假客示款来了着愿过]|原谅|律师|人(?!民|社)|不起|您?谅)"
    r"|(?<![希失绝看渴愿期盼指观张展守])望(?=领导|政府|有关|相关|贵|您|你|能|予|各|市|区[领政]|县|省|部门|书记|[局厅]长|街道|社区|尽|早|给|及|得|可|查|解决|回|答|上级|采纳|.{2,6}(?:部门|局|厅|政府|领导|尽快|予以))"
    r"|要求(?!我|你|他|业主|家长|居民们|员工|的|是|很|太|较|更|高|如下|提供|出具|缴|交|开具|填|签|凭|[，,：:]|$)|建议(?!书|性|我|你|的|理由|参[照考]|依据|内容|如下|人|[，,：:]|$)"
    r"|麻烦(?=您|你|领导|政府|帮|书记|[局厅市]长|有关|相关|贵|给|尽|派)"
    r"|\b(?:please|kindly|could you|can you|would you|will you"
    r"|(?:i|we) (?:ask|request|demand|hope|urge|beg|suggest|propose|would like|want|wish))\b",
    re.IGNORECASE,
)
# Read in the characters just before a word of asking: somebody else asks, or it was asked before, or it is no asking at all.
_NOT_OURS: Final = re.compile(
    r"多次|曾|之前|以前|此前|当时|屡次?|上周|昨天|去年|已经?(?:请|向|要|提)|(?<![想要我])[说称](?:过|是)?$|告诉|告知我|通知我|回复我|答复我|关于$"
    r"|[他她它]们?$|物业$|开发商$|学校$|老师$|[医员]生?$|公司$|单位$|[站院厂校店]$|谁$|如何$"
)
# Before one of these words, which are nouns too: “有了希望”, “合同的要求”.
_NOUNS: Final = frozenset({"希望", "要求", "建议"})
_AS_A_NOUN: Final = re.compile(r"(?:[有没无的新不到]|唯一|最后|[有到见]了)$")
_OURS: Final = re.compile(
    r"(?:我|本人|居民|业主|村民|家长|群众|百姓|市民|大家|强烈|[特现故并还也都只此]|坚决|一致|再次|同时|因此|所以|迫切|共同|[，,：:\s])$"
)
_SAID_BEFORE: Final = re.compile(r"(?<![想要我])(?:说|称|表示|回复|答复|回应|告诉我们?|通知我们?)$")
# A plea to be heard, helped or answered, and nothing that could be done or said in answer to it.
_PLEA: Final = re.compile(
    r"(?:重视|关注|关心|支持|理解|谅解|采纳|看[到见]|回复|答复|回应|解答|来信|来电|包涵|查收|回信|为[谢盼]|[做作]主|公道|帮助|意见|看法|讨论)"
    r"(?:一下|此事|这件事|这个问题|此问题|我们|为[谢盼])*$"
)
# By these somebody wants to know something; by those of `_ANY_QUESTION`, with a question mark, they may as well be complaining.
_QUESTION: Final = re.compile(
    r"请问|请教|想问|问一下|问问|咨询(?![过了]|情况|未果)|想知道|想了解|是否|能否|可否|能不能|可不可以|可以.{0,20}吗|有没有|算不算|何时|几时|[什啥]么?时候|多久|多长时间|为什么|为何|为啥"
    r"|(?:如何|怎么|怎样).{0,2}(?:办|申|报|领|交|缴|处理|解决|计算|收费|规定|安排|转|查)|多少[钱岁年天元米号次]?(?!.{0,4}人)|几[号天年个点路]|谁来|谁[管负]|哪[里个些](?:部门|办|可以|能|申|领|材料|手续)"
    r"|(?:什么|哪些)(?:材料|手续|条件|流程|程序|标准|部门|政策|规定|原因|情况|资料)|凭什么|也是.{0,20}吗|还能.{0,20}吗"
    r"|\b(?:when|why|how|what|where|who|which|can|may|will)\b",
    re.IGNORECASE,
)
_ANY_QUESTION: Final = re.compile(
    r"怎么|怎样|如何|哪[里个些种家]|谁|多少|什么|啥|究竟|到底|还是|是不是|[吗呢么啊][？?！!\s]*$"
    r"|\b(?:is|are|do|does|did|should|has|have)\b",
    re.IGNORECASE,
)
# These wait for an answer even without a question mark.
_OPEN_QUESTION: Final = re.compile(
    r"请问|请教|想问|问一下|问问|想?咨询(?![过了]|情况|未果)|想知道|想了解|何时|什么时候|为什么|为何|为啥|怎么办|能否|可否|能不能|如何办|谁来|谁管|多少钱"
)
_WONDERING: Final = re.compile(r"不知|不明白|不清楚|不懂|无论|不管|不论|都[说问]|没有?人知|答复|回复|说$|解释")
_COMPLAINS: Final = re.compile(
    r"难道|岂|何在|良心|天理|公平[么吗]|[这那]不[是就]|不是.{0,30}吗|什么区别|对得起|于心何忍|怎么[能可敢]|谁[能又还].{0,12}责|[对是]不对|还有.{0,8}吗|[感想]感?[受想]"
    r"|能不.{0,12}吗|[想当]只?.{0,4}[遮傻]|就.{0,12}吗|真.{0,10}吗|有什么(?!材料|手续|条件|要求|规定|政策|办法|补)|这是要|何[忍苦必]"
)
_ANNOUNCES: Final = re.compile(
    r"请问|请教|咨询|诉求|要求|建议|请求|希望|恳请|意见|看法|想问|问题向|[做作]主|questions?\b|requests?\b|\bask", re.IGNORECASE
)
_NOT_ANNOUNCES: Final = re.compile(r"理由|原因|依据|情况|反映如下|事实|证据|材料")
_COURTESY: Final = re.compile(
    r"(?:(?:尊敬|敬爱)的[^，,。！!：:\n]{1,20}[，,：:！!\s]+|[^，,。！!：:\n]{0,8}(?:您|你|你们|领导|书记|[市局厅县区]长)好(?:[，,：:！!。\s]+|$)"
    r"|(?:非常|十分|万分)?(?:感谢|谢谢)[^，,。！!]{0,20}[，,！!。\s]+|百忙之中[^，,。！!]{0,12}[，,！!。\s]+"
    r"|(?:另外|同时|为此|因此|所以|在此|综上所述)[，,：:\s]*|(?:还有|然后|最后|而且|现)[，,：:\s]+"
    r"|(?:我?就?想?请问|请教|我?就?想问)(?:一下|下|问)?(?:大家|各位|领导|贵\w|您|你们)?[，,：:\s]*"
    r"|(?:dear [^,\n]{1,40}|hello|hi|good (?:morning|afternoon))[,!:\s]+)+",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(r"[，,。！!\s]*(?:非常|十分|万分|不胜)?(?:感谢|谢谢|感激|为谢|thanks|thank you)[^，,。]{0,16}$", re.IGNORECASE)
_HERE_FOLLOWS: Final = re.compile(r"(?:诉求|要求|建议|请求|意见)(?:如下|是|有)?[：:]\s*$")
_ANSWERED_HERE: Final = re.compile(r"\s*(?:因为|原因|答案)")
_AROUND: Final = " \t\r\n，,。；;：:、！!."
# Which of them are kept where more is asked than `MOST`: the lower first.
_IN_A_LIST, _REQUEST, _ASKED, _PERHAPS, _PLEADED = range(5)


@dataclass(frozen=True, slots=True)
class Asked:
    """One point: what is asked, without courtesies, and the sentence it stands in as it was written."""

    ask: str
    sentence: str


def asked(text: str) -> tuple[Asked, ...]:
    """Return what a message asks, in its order and words, at most `MOST`; empty means that it is not known.

    Where more is asked, numbered points go before requests and requests before questions. A question that may only complain
    counts where nothing is asked outright, and a plea to be heard or answered where there is no question either, and once.
    """
    found = list(enumerate(_found(text[:READ_AT_MOST])))
    outright = [one for one in found if one[1][0] < _PERHAPS]
    perhaps = [one for one in found if one[1][0] < _PLEADED]
    kept: list[tuple[int, Asked, frozenset[str]]] = []
    for place, (_, point) in sorted(outright or perhaps or found[:1], key=lambda one: (one[1][0], one[0])):
        own = frozenset(pieces(point.ask))
        if not any(own == other or likeness(own, other) >= SAME for _, _, other in kept):
            kept.append((place, point, own))
        if len(kept) == MOST:
            break
    return tuple(point for _, point, _ in sorted(kept, key=lambda one: one[0]))


def asked_in(texts: Iterable[str]) -> tuple[Asked, ...]:
    """Return what the first of several texts asks that asks anything: the story before its heading."""
    return next((points for text in texts if (points := asked(text))), ())


def _found(text: str) -> Iterator[tuple[int, Asked]]:
    """Yield (kind, point) in the order of the text."""
    masked = _QUOTED.sub(lambda match: match[0][0] + "□" * (len(match[0]) - 2) + match[0][-1], text)
    sentences = list(_sentences(masked))
    listing, announced, before = False, False, ""
    for place, (start, end) in enumerate(sentences):
        number = _NUMBERED.match(masked, start, end)
        if _is_first(number):
            announced = announced or bool(_ANNOUNCES.search(before))
            listing = announced and not _NOT_ANNOUNCES.search(before)
        begin = start if number is None else number.end()
        own, following = masked[begin:end], masked[end : end + SHORT]
        before = _COMMA.split(own.rstrip(_AROUND))[-1] if own.strip() else before
        begins_list = place + 1 < len(sentences) and _is_first(_NUMBERED.match(masked, *sentences[place + 1]))
        if (begins_list and number is None and _ANNOUNCES.search(before)) or _ANSWERED_HERE.match(following):
            continue
        sentence = text[start:end].strip()[:LONGEST_SENTENCE]
        for kind, words in _asks(text[begin:end], own, listed=listing and number is not None):
            yield kind, Asked(words, sentence)


def _is_first(number: re.Match[str] | None) -> bool:
    return number is not None and number[1].strip("（(第点）)、，,.．：:") in _FIRST


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends, its closing mark with it; a new number begins a new one."""
    cuts = sorted({match.end() for match in _END.finditer(text)} | {match.start() for match in _NEW_NUMBER.finditer(text)} | {len(text)})
    start = 0
    for cut in cuts:
        if text[start:cut].strip():
            yield start, cut
        start = cut


def _asks(said: str, masked: str, *, listed: bool) -> Iterator[tuple[int, str]]:
    """Yield (kind, words) of what one sentence asks: all of a point of a list, else from each part that asks up to the next."""
    courtesy = _COURTESY.match(masked)
    polite = 0 if courtesy is None else courtesy.end()
    complains = bool(_COMPLAINS.search(masked))
    if listed and not complains:
        yield _IN_A_LIST, _cut(said[polite:])
        return
    clauses = _clauses(masked, polite)
    marks = list(_marks(masked, clauses, asked_politely=courtesy is not None and "问" in courtesy[0], complains=complains))
    strong = _apart([mark for mark in marks if mark[1] != _PLEADED] or marks[:1], clauses)
    for place, (number, kind, at) in enumerate(strong):
        last = strong[place + 1][0] if place + 1 < len(strong) else len(clauses)
        begin = clauses[number][0]
        if len(strong) == 1 and len(said) - polite <= (LONGEST if kind in (_ASKED, _PERHAPS) else WHOLE):
            begin = polite
        elif at - begin > STORY:
            begin = at
        elif number and len(said[begin : clauses[last - 1][1]].strip(_AROUND)) < SHORT:
            begin = clauses[number - 1][0]
        words = _cut(said[begin : clauses[last - 1][1]])
        if len(words) > LEAST:
            yield kind, words


def _apart(marks: list[tuple[int, int, int]], clauses: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return the marks without those that only go on from a clause too short to be asked by itself: “恳请领导，能否…”."""
    kept: list[tuple[int, int, int]] = []
    for mark in marks:
        before = clauses[kept[-1][0]] if kept else (0, 0)
        if not kept or kept[-1][0] + 1 < mark[0] or before[1] - kept[-1][2] > 2 * LEAST:
            kept.append(mark)
    return kept


def _clauses(masked: str, start: int) -> list[tuple[int, int]]:
    found = []
    for match in _COMMA.finditer(masked, start):
        found.append((start, match.end()))
        start = match.end()
    return [*found, (start, len(masked))]


def _marks(masked: str, clauses: list[tuple[int, int]], *, asked_politely: bool, complains: bool) -> Iterator[tuple[int, int, int]]:
    """Yield (clause, kind, where in the sentence) of each part that asks; of questions beside one another only the first."""
    closed = masked.rstrip().endswith(("？", "?"))
    questioned = complains
    for number, (start, end) in enumerate(clauses):
        after = "" if not number else masked[slice(*clauses[number - 1])].rstrip(_AROUND)[-BEFORE:]
        at = None if _SAID_BEFORE.search(after) else _requests(masked, start, end)
        if number and at is None and _HERE_FOLLOWS.search(masked, *clauses[number - 1]):
            at = start
        if at is not None:
            yield number, _PLEADED if _PLEA.search(masked[at:end].rstrip(f"{_AROUND}？?")) else _REQUEST, at
            questioned = complains
        elif not questioned and (question := _questions(masked, start, end, closed=closed or (asked_politely and number == 0))):
            yield number, *question
            questioned = True
    if asked_politely and not questioned:
        yield 0, _ASKED, clauses[0][0]


def _requests(masked: str, start: int, end: int) -> int | None:
    """Return where a clause asks for something by its own words, None where it does not."""
    for match in _ASKS.finditer(masked, start, end):
        before = masked[max(start, match.start() - BEFORE) : match.start()]
        if _NOT_OURS.search(before) or (match[0] in _NOUNS and _AS_A_NOUN.search(before)):
            continue
        if match[0] != "要求" or not before or _OURS.search(before):
            return match.start()
    return None


def _questions(masked: str, start: int, end: int, *, closed: bool) -> tuple[int, int] | None:
    """Return which kind of question a clause asks and where: one without a question mark must be one that waits for an answer."""
    found = (_QUESTION if closed else _OPEN_QUESTION).search(masked, start, end)
    if found is not None and (closed or not _WONDERING.search(masked[max(start, found.start() - BEFORE) : found.start()])):
        return _ASKED, found.start()
    perhaps = _ANY_QUESTION.search(masked, start, end) if closed and found is None else None
    return None if perhaps is None else (_PERHAPS, perhaps.start())


def _cut(words: str) -> str:
    """Return words without thanks and stray marks, no longer than `LONGEST`: cut after a clause where there is one."""
    courtesy = _COURTESY.match(words)
    words = _THANKS.sub("", (words if courtesy is None else words[courtesy.end() :]).rstrip(_AROUND)).strip(_AROUND)
    if len(words) <= LONGEST:
        return words
    ends = [match.start() for match in _COMMA.finditer(words, 0, LONGEST)]
    return words[: ends[-1]] if ends and ends[-1] >= SHORT else words[: LONGEST - 1] + "…"
