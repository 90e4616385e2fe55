// @ts-check
/** What is said about news that arrives, in all languages: the words are few, and one file is one request. */

import { fill, language } from "../chat/desk-words.js";

export const TABLE = {
  en: {
    updated: "This article was updated.",
    updatedIn: "This article was updated: {parts}.",
    title: "new title",
    summary: "new summary",
    pictures: "pictures changed",
    changed: { one: "{n} paragraph changed", other: "{n} paragraphs changed" },
    added: { one: "{n} paragraph added", other: "{n} paragraphs added" },
    removed: { one: "{n} paragraph removed", other: "{n} paragraphs removed" },
    show: "Show it here",
    reload: "Reload the page",
    pause: "Not while I read",
    paused: "You will not be told while you read.",
    resume: "Tell me again",
    here: "You are reading the newest version.",
    first: "To the first change",
    isChanged: "Changed",
    isNew: "New",
    withdrawn: "This article was withdrawn. You can read on; the text stays until you leave.",
    front: "To the front page",
    outdated: "There is a newer version of this page.",
    about: "News about this page",
    dismiss: "Dismiss this notice",
    breakingNews: "Breaking news",
    breaking: "Breaking",
  },
  zh: {
    updated: "本文已更新。",
    updatedIn: "本文已更新：{parts}。",
    title: "标题有改动",
    summary: "摘要有改动",
    pictures: "图片有改动",
    changed: { other: "{n} 段有改动" },
    added: { other: "新增 {n} 段" },
    removed: { other: "删去 {n} 段" },
    show: "在此显示",
    reload: "重新加载页面",
    pause: "阅读时不要提示",
    paused: "您阅读时将不再提示。",
    resume: "恢复提示",
    here: "您正在阅读最新版本。",
    first: "转到第一处改动",
    isChanged: "有改动",
    isNew: "新增",
    withdrawn: "本文已撤回。您可以继续阅读，离开前文字仍会保留。",
    front: "转到首页",
    outdated: "本页已有新版本。",
    about: "本页动态",
    dismiss: "关闭此提示",
    breakingNews: "突发新闻",
    breaking: "突发",
  },
  ar: {
    updated: "جرى تحديث هذا المقال.",
    updatedIn: "جرى تحديث هذا المقال: {parts}.",
    title: "عنوان جديد",
    summary: "ملخّص جديد",
    pictures: "تغيّرت الصور",
    changed: {
      zero: "لم تتغيّر أي فقرة ({n})", one: "تغيّرت فقرة واحدة ({n})", two: "تغيّرت فقرتان ({n})",
      few: "تغيّرت {n} فقرات", many: "تغيّرت {n} فقرة", other: "تغيّرت {n} فقرة",
    },
    added: {
      zero: "لم تُضف أي فقرة ({n})", one: "أُضيفت فقرة واحدة ({n})", two: "أُضيفت فقرتان ({n})",
      few: "أُضيفت {n} فقرات", many: "أُضيفت {n} فقرة", other: "أُضيفت {n} فقرة",
    },
    removed: {
      zero: "لم تُحذف أي فقرة ({n})", one: "حُذفت فقرة واحدة ({n})", two: "حُذفت فقرتان ({n})",
      few: "حُذفت {n} فقرات", many: "حُذفت {n} فقرة", other: "حُذفت {n} فقرة",
    },
    show: "اعرضه هنا",
    reload: "أعد تحميل الصفحة",
    pause: "ليس أثناء القراءة",
    paused: "لن تُنبَّه أثناء القراءة.",
    resume: "نبّهني من جديد",
    here: "أنت تقرأ أحدث نسخة.",
    first: "إلى أول تغيير",
    isChanged: "مُعدَّل",
    isNew: "جديد",
    withdrawn: "سُحب هذا المقال. يمكنك متابعة القراءة؛ يبقى النص حتى تغادر.",
    front: "إلى الصفحة الرئيسية",
    outdated: "توجد نسخة أحدث من هذه الصفحة.",
    about: "أخبار عن هذه الصفحة",
    dismiss: "إغلاق هذا التنبيه",
    breakingNews: "أخبار عاجلة",
    breaking: "عاجل",
  },
};

const words = TABLE[/** @type {"en"} */ (language.split("-")[0])] ?? TABLE.en;
const list = new Intl.ListFormat(language, { type: "unit", style: "short" });

/**
 * Say it.
 * @param {keyof typeof TABLE.en} key @param {Record<string, any>} [values]
 */
export const say = (key, values = {}) => fill(words[key], values);

/** Say several things in a row. @param {string[]} parts */
export const row = (parts) => list.format(parts);
