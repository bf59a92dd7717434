from typing import List, Tuple

import pytest

from bot.nlu.entities import entity_finder
from bot.nlu.text import normalise
from bot.nlu.vocabulary import VocabularyError, load_vocabulary

SENTENCES = {
    "兰州三乙住院": [("city", "lanzhou", "兰州"), ("level", "3B", "三乙"), ("care", "inpatient", "住院")],
    "上海三級甲等": [("city", "shanghai", "上海"), ("level", "3A", "三級甲等")],
    "三级医院": [("level", "3", "三级医院")],
    "社区医院看病": [("level", "1", "社区医院"), ("care", "outpatient", "看病")],
    "校医务室": [("level", "campus", "校医务室")],
    "我家是低保": [("status", "dibao", "低保")],
    "沪惠保怎么买": [],
    "兰州拉面": [],
}


@pytest.mark.parametrize("text, expected", SENTENCES.items())
def test_entities_are_found_where_they_were_typed(text: str, expected: List[Tuple[str, str, str]]) -> None:
    found = entity_finder().find(normalise(text))
    assert [(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in found] == expected


def test_vocabulary_refuses_a_word_with_two_meanings(tmp_path) -> None:
    path = tmp_path / "vocabulary.yml"
    path.write_text("city: {shanghai: [上海], lanzhou: [上海]}", "utf-8")
    with pytest.raises(VocabularyError, match=r"上海.*city.shanghai and city.lanzhou"):
        load_vocabulary(path)
