"""The living page of components: each as it looks, what it is for, and the code that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from huiyin.core.values import Text
from huiyin.web.pages.show import show

SPECIMENS = Path(__file__).resolve().parents[1] / "templates" / "web" / "look"
COLOURS = ("paper", "surface", "sunken", "brand", "brand-soft", "link", "ink-soft", "good", "wait", "warn", "late")


@dataclass(frozen=True, slots=True)
class Part:
    """One component.

    Attributes:
        name: of its specimen: a template of its own, shown both as it looks and as it is written.
        use: when to take it.
    """

    name: str
    title: Text
    use: Text

    @property
    def template(self) -> str:
        """The specimen's template."""
        return f"web/look/{self.name}.html"

    @property
    def source(self) -> str:
        """The specimen as it is written."""
        return _source(self.name)


PARTS: tuple[Part, ...] = (
    Part("doors", Text("门", "Doors"), Text("一页最多四扇，去哪里一眼看清。", "Four a page at most: where one can go.")),
    Part("buttons", Text("按钮", "Buttons"), Text("动词开头；一页一个主按钮。", "Begin with a verb; one chief button a page.")),
    Part("form", Text("提问", "Questions"), Text("先说明，再报错，再填写。", "The hint, then what is wrong, then the answer.")),
    Part("file", Text("传文件", "Files"), Text("能拖进来，也能按按钮选。", "Drop them, or choose them by the button.")),
    Part("summary", Text("核对清单", "Summary list"), Text("填过的都在这里，哪项都能改。", "All that was answered, each with its change.")),
    Part("tasks", Text("任务单", "Task list"), Text("整行都能点，状态不超过四种。", "The whole row is the link; four states at most.")),
    Part("route", Text("进度路线", "Route"), Text("走到哪一站，后面还有几站。", "At which station a matter is, and what is to come.")),
    Part("now", Text("现在怎么样", "How it stands"), Text("一句话、谁在办、哪天。", "One sentence, who, and by when.")),
    Part("timeline", Text("经过", "Timeline"), Text("新的在上，每条有时间。", "Newest first, each with its time.")),
    Part("digits", Text("大号码", "Big digits"), Text("在电话里念得清。", "To be read out on the telephone.")),
    Part("tags", Text("状态和角标", "Tags and badges"), Text("文字加形状加颜色；不能点。", "Word, shape and colour; never a link.")),
    Part("notices", Text("提示", "Notices"), Text("少用；刚发生的用role=status。", "Sparingly; news carries role=status.")),
    Part("empty", Text("空白时", "Empty states"), Text("说为什么空，可以做什么。", "Why it is empty, and what to do.")),
    Part("tabs", Text("分页签", "Tabs"), Text("是链接，不靠脚本。", "They are links and need no script.")),
    Part("table", Text("密表", "Dense tables"), Text("工作人员用；手机上变成卡片。", "For staff; cards on a telephone.")),
    Part("cards", Text("卡片列表", "Card list"), Text("手机上的任务和地点。", "Tasks and places on a telephone.")),
    Part("panes", Text("三栏", "Three panes"), Text("列表、正文、能办的。", "The list, the matter, what can be done.")),
    Part(
        "figures",
        Text("数字", "Figures"),
        Text("有分母、有截至时间，点开是清单。", "With what they are of, as of when; each opens its list."),
    ),
    Part(
        "bars", Text("条形图", "Bars"), Text("先是表，再是图；颜色分得清。", "A table first, then the picture; every eye tells them apart.")
    ),
    Part("job", Text("长时间的活", "Long work"), Text("说进度，可以离开，可以停。", "Says how far; safe to leave; can be stopped.")),
    Part("compare", Text("两边对照", "Side by side"), Text("两个人改了同一处的时候。", "When two people changed the same thing.")),
    Part(
        "interrupt", Text("停一下", "Interruption"), Text("有约束力的事之前，一页只说一件。", "Before what binds: one thought on a page.")
    ),
    Part("dialog", Text("对话框和按键", "Dialogs and keys"), Text("浏览器自带的；Esc关上。", "The browser's own; Escape closes them.")),
    Part("slip", Text("80毫米小票", "80 mm slip"), Text("不用手机的人带回家。", "For people without a telephone to take home.")),
    Part("pager", Text("翻页", "Pages"), Text("只有前后，不跳页。", "Forward and back only.")),
    Part("stick", Text("底部按钮条", "Bar at the thumb"), Text("手机上一直够得着。", "Always within reach on a telephone.")),
)


@cache
def _source(name: str) -> str:
    return (SPECIMENS / f"{name}.html").read_text("utf-8").strip()


def look(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return show(request, "web/look.html", {"parts": PARTS, "colours": COLOURS})
