// @ts-check
/** What is said about passages, in all languages: the words are few, and one file is one request. */

import { language } from "../chat/desk-words.js";

export const TABLE = {
  en: {
    points: "{name} points to a passage.",
    pointsIn: "{name} points to a passage in “{title}”.",
    staff: "Staff",
    show: "Show me",
    hint: "Hint",
    dismiss: "Dismiss",
    unmark: "Remove the mark",
    gone: "That passage is no longer in this article; it was changed.",
    changed: "This passage was changed in the meantime.",
    ask: "Ask about this",
    quoted: "From the article",
    quotedFrom: "From “{title}”",
    unquote: "Do not ask about this sentence",
    goTo: "Go to the passage",
  },
  zh: {
    points: "{name}请您看文中的一处。",
    pointsIn: "{name}请您看《{title}》中的一处。",
    staff: "客服",
    show: "带我去看",
    hint: "提示",
    dismiss: "关闭提示",
    unmark: "取消标记",
    gone: "这段文字已不在文中，文章有过修改。",
    changed: "这段文字此后有过修改。",
    ask: "就此提问",
    quoted: "引自本文",
    quotedFrom: "引自《{title}》",
    unquote: "不再引用这句话",
    goTo: "查看原文位置",
  },
  ar: {
    points: "يشير {name} إلى فقرة في المقال.",
    pointsIn: "يشير {name} إلى فقرة في «{title}».",
    staff: "فريق الدعم",
    show: "أرِني",
    hint: "تنبيه",
    dismiss: "إغلاق التنبيه",
    unmark: "إزالة العلامة",
    gone: "لم تعد هذه الفقرة في المقال؛ فقد جرى تعديله.",
    changed: "عُدِّلت هذه الفقرة في هذه الأثناء.",
    ask: "اسأل عن هذا",
    quoted: "من المقال",
    quotedFrom: "من «{title}»",
    unquote: "عدم السؤال عن هذه الجملة",
    goTo: "الانتقال إلى الفقرة",
  },
};

const words = TABLE[/** @type {"en"} */ (language.split("-")[0])] ?? TABLE.en;

/**
 * Say it.
 * @param {keyof typeof TABLE.en} key
 * @param {Record<string, string>} [values]
 */
export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
