"""Invented messages of three topics, enough to learn from: made of small sentences, with the same seed always the same."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from huiyin.learning.messages import Labelled, Message

SAID = {
    "噪音": ("夜里施工太吵", "楼下广场舞音响很响", "半夜装修电钻声不停", "烧烤摊喧哗到凌晨", "空调外机嗡嗡响"),
    "供暖": ("暖气一直不热", "室温只有十几度", "供热管道漏水", "换热站停了两天", "取暖费交了不供暖"),
    "停车": ("车位被别人占了", "消防通道停满了车", "路边乱停车堵了出口", "地锁挡住公共车位", "僵尸车放了半年"),
}
ROUND = ("请尽快处理", "麻烦有关部门管一管", "我们小区的居民都受影响", "已经反映过几次了", "老人孩子都受不了", "谢谢")


def texts(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return texts with their topics; one in eight mixes two topics, so that nothing is perfectly sure."""
    pick = random.Random(seed)
    made = []
    for _ in range(count):
        topic = pick.choice(sorted(SAID))
        said = pick.sample(SAID[topic], 2)
        if pick.random() < 0.125:
            said = [pick.choice(SAID[pick.choice(sorted(SAID))]), said[0]]
        made.append(("，".join([*said, *pick.sample(ROUND, 2)]) + "。", topic))
    return made


def labelled(count: int, seed: int = 1) -> list[Labelled]:
    """Return them as rows of a file would be read."""
    return [Labelled(text, topic, (f"text:{text}", f"number:{seed}-{number}")) for number, (text, topic) in enumerate(texts(count, seed))]


def messages(count: int, seed: int = 1) -> list[Message]:
    """Return messages on as many matters, none of them hot: each says words of its own."""
    pick = random.Random(seed)
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - a file says no zone
    pool = "天地山水花草树木春夏秋冬金银铜铁东西南北红黄蓝白笔墨纸书琴棋诗画牛羊马鱼米面茶酒衣帽鞋袜灯窗门墙"
    made = []
    for number in range(count):
        said = ["".join(pick.sample(pool, 2)) for _ in range(12)]
        made.append(Message(str(number), start + timedelta(hours=pick.randrange(2000)), "，".join(said[:4]), "，".join(said[4:])))
    return made
