"""Two schools that differ in nothing but the solutions of their items."""

from tihi.learn.items.kinds.text import Form, render
from tihi.learn.items.model import (
    Body,
    ClozeBody,
    Gap,
    ItemDraft,
    Kind,
    MatchingBody,
    MultipleBody,
    NumericAnswer,
    NumericBody,
    Option,
    OrderingBody,
    Pair,
    ShortTextBody,
    SingleBody,
    Text,
    TextAnswer,
    TrueFalseBody,
)

WORDS = ["tahi", "rua", "toru", "whā", "rima"]
KNOWN = "Which of these is one?"
"""The question whose solution is the same in both, so that it can be answered."""


def text(source: str) -> Text:
    """Return a text as an importer makes it."""
    return render(source, Form.PLAIN)


def bank(twin: int) -> list[ItemDraft]:
    """Return the items of school 0 or 1: for each kind a lesson of two, the known one and one
    whose solution, feedback, misconceptions, title and tags are other ones in the other school.
    """
    drafts: list[ItemDraft] = []
    for kind in Kind:
        drafts.extend((_known(kind), _secret(kind, twin)))
    return drafts


def _known(kind: Kind) -> ItemDraft:
    return _draft(kind, f"known-{kind.value}", KNOWN, _single(0, "the same in both"))


def _secret(kind: Kind, twin: int) -> ItemDraft:
    draft = _draft(
        kind, f"secret-{kind.value}", f"What is right, by {kind.value}?", _body(kind, twin)
    )
    # What an author writes for teachers and for afterwards differs too, also in its length.
    told = f"It is number {twin}" + ", and this is why" * twin
    return ItemDraft(
        ref=draft.ref,
        title=f"Right: {told}",
        prompt=draft.prompt,
        body=draft.body,
        feedback=text(told),
        tags=[f"right-{twin}" + "-indeed" * twin],
        skill=draft.skill,
        difficulty=draft.difficulty,
        category=draft.category,
        line=0,
    )


def _draft(kind: Kind, ref: str, prompt: str, body: Body) -> ItemDraft:
    return ItemDraft(
        ref=ref,
        title=ref,
        prompt=text(prompt),
        body=body,
        feedback=None,
        tags=[],
        skill="counting",
        difficulty=3,
        category=["Counting", "To five", f"By {kind.value}"],
        line=0,
    )


def _single(right: int, told: str) -> SingleBody:
    return SingleBody(
        options=[
            Option(
                text=text(words),
                weight=float(number == right),
                feedback=text(told) if number == right else None,
                misconception=None if number == right else f"not-{told}",
            )
            for number, words in enumerate(WORDS)
        ]
    )


def _body(kind: Kind, twin: int) -> Body:  # noqa: C901, PLR0911  # a case a kind
    told = "so much longer in this school" if twin else "short"
    right = WORDS[3 * twin]
    match kind:
        case Kind.SINGLE:
            return _single(3 * twin, told)
        case Kind.MULTIPLE:
            # One right option in one school, three in the other.
            shares = [0, 1 / 3, 1 / 3, 1 / 3, -1] if twin else [1, 0, -0.5, 0, 0]
            return MultipleBody(
                options=[
                    Option(text=text(words), weight=share, feedback=text(told), misconception=told)
                    for words, share in zip(WORDS, shares, strict=True)
                ]
            )
        case Kind.TRUE_FALSE:
            return TrueFalseBody(
                answer=bool(twin),
                feedback_right=text(told),
                feedback_wrong=text(told),
                misconception=told,
            )
        case Kind.NUMERIC:
            return NumericBody(
                answers=[
                    NumericAnswer(
                        low=low,
                        high=low + 100 * twin,
                        shown=f"{low}",
                        weight=1.0,
                        feedback=text(told),
                        misconception=None,
                    )
                    for low in ([1_000_000.0, 3.25] if twin else [7.0])
                ],
                unit="kg",
                otherwise=text(told),
            )
        case Kind.SHORT_TEXT:
            return ShortTextBody(answers=_typed(right, told), case_sensitive=bool(twin))
        case Kind.CLOZE:
            return ClozeBody(
                pieces=[text("Say"), text("and"), text(".")],
                gaps=[
                    Gap(answers=_typed(right, told), choices=WORDS, weight=1.0),
                    Gap(answers=_typed(right * (twin + 1), told), choices=[], weight=1.0),
                ],
            )
        case Kind.MATCHING:
            # Left parts stand in their order, so it is the right ones that change places.
            rights = [*WORDS[twin:4], *WORDS[:twin]]
            return MatchingBody(
                pairs=[
                    Pair(left=text(str(number)), right=text(words))
                    for number, words in enumerate(rights, start=1)
                ],
                decoys=[text(WORDS[4])],
            )
        case Kind.ORDERING:
            return OrderingBody(parts=[text(words) for words in WORDS[:: -1 if twin else 1]])


def _typed(right: str, told: str) -> list[TextAnswer]:
    return [
        TextAnswer(pattern=right, weight=1.0, feedback=text(told), misconception=None),
        TextAnswer(pattern=f"{right}*", weight=0.5, feedback=None, misconception=told),
    ]
