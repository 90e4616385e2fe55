"""What letters say besides what was said: in the visitor's language, as far as we speak it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The sentences of a letter; `{agent}`, `{site}` and `{title}` are filled in.

    Attributes:
        answer_subject: of an answer; `answer_about` where it is known which article it is about.
        read_on: beside the link back.
        no_reply: why answering the mail is in vain.
        why: why one gets this at all.
    """

    language: str
    direction: str
    answer_subject: str
    answer_about: str
    greeting: str
    greeting_name: str
    answered: str
    asked: str
    about: str
    files: str
    read_on: str
    no_reply: str
    why: str
    transcript_subject: str
    transcript: str


ENGLISH: Final = LetterWords(
    language="en",
    direction="ltr",
    answer_subject="{agent} answered you",
    answer_about="{agent} answered you: {title}",
    greeting="Hello,",
    greeting_name="Hello {name},",
    answered="{agent} of {site} answered you:",
    asked="You wrote:",
    about="The article:",
    files="Files:",
    read_on="Read it and answer in the same conversation:",
    no_reply="Mail sent to this address is read by nobody. Please answer through the link.",
    why="You get this because you asked {site} something and left this address. "
    "Whoever has the link can read the conversation; it works for 30 days.",
    transcript_subject="Your conversation with {site}",
    transcript="This is what was said in your conversation with {site}.",
)

CHINESE: Final = LetterWords(
    language="zh-CN",
    direction="ltr",
    answer_subject="{agent}回复了您",
    answer_about="{agent}回复了您：{title}",
    greeting="您好：",
    greeting_name="{name}，您好：",
    answered="{site}的{agent}回复了您：",
    asked="您写道：",
    about="相关文章：",
    files="文件：",
    read_on="请点击链接，在同一对话中查看并继续：",
    no_reply="此邮箱无人查收，请通过链接回复。",
    why="您收到此邮件，是因为您曾向{site}提问并留下了此地址。"
    "持有链接的人都能看到该对话；链接 30 天内有效。",
    transcript_subject="您与{site}的对话",
    transcript="以下是您与{site}的对话记录。",
)

ARABIC: Final = LetterWords(
    language="ar",
    direction="rtl",
    answer_subject="ردّ عليك {agent}",
    answer_about="ردّ عليك {agent}: {title}",
    greeting="مرحبًا،",
    greeting_name="مرحبًا {name}،",
    answered="ردّ عليك {agent} من {site}:",
    asked="كتبتَ:",
    about="المقال:",
    files="الملفات:",
    read_on="اقرأ الرد وتابع المحادثة نفسها عبر الرابط:",
    no_reply="لا يقرأ أحد البريد المرسل إلى هذا العنوان. يُرجى الرد عبر الرابط.",
    why="وصلتك هذه الرسالة لأنك سألت {site} وتركت هذا العنوان. "
    "كل من لديه الرابط يمكنه قراءة المحادثة؛ وهو صالح لمدة 30 يومًا.",
    transcript_subject="محادثتك مع {site}",
    transcript="هذا ما قيل في محادثتك مع {site}.",
)

_BY_TAG: Final = {"en": ENGLISH, "zh": CHINESE, "ar": ARABIC}


def words_for(*languages: str) -> LetterWords:
    """Return the words of the first of these languages we speak; English for want of any."""
    for language in languages:
        if found := _BY_TAG.get(language.partition("-")[0].lower()):
            return found
    return ENGLISH
