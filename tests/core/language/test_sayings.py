"""How residents say things: read from each pack, put together, and bound to topics there are."""

from __future__ import annotations

from sound_pack import problems_of, sound

from huiyin.core.pack_assembly import assemble
from huiyin.core.packs import Document
from huiyin.core.source import read_text


def test_what_two_packs_say_of_one_topic_is_put_together() -> None:
    topic = next(iter(sound().topics))
    files = {
        "sound": f"danger: [fire, flood]\nharmless: [fire brigade]\ntopics:\n  {topic}: [it broke, it is gone]\n",
        "sound-city": f"danger: [flood]\ntopics: {{{topic}: [kaput]}}\n",
    }
    more = [Document(pack, "sayings.yaml", "sayings", read_text(text.encode(), f"{pack}/sayings.yaml")) for pack, text in files.items()]
    library, problems = assemble([*sound().documents, *more])
    assert not problems
    assert library is not None
    assert library.sayings.topics == {topic: ("it broke", "it is gone", "kaput")}
    assert library.sayings.danger == ("fire", "flood")
    assert library.sayings.harmless == ("fire brigade",)


def test_a_topic_nobody_listed_is_named_with_its_line() -> None:
    [problem] = problems_of({"sayings.yaml": "danger: []\ntopics:\n  nothing.such: [a]\n"})
    assert (problem.line, problem.rule) == (3, "reference")
    assert "nothing.such" in problem.text.en


def test_an_unknown_key_is_refused() -> None:
    [problem] = problems_of({"sayings.yaml": "dangers: [a]\n"})
    assert "dangers" in problem.text.en
