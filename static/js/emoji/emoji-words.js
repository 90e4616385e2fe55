// @ts-check
/** What is said around the emoji, in all languages; their own names stand in emoji-names-TAG.js. */

import { language } from "../chat/desk-words.js";

export const TABLE = {
  en: {
    find: "Find an emoji", none: "Nothing by that name", grid: "Emoji",
    recent: "Lately used", faces: "Faces", hands: "Hands and people", hearts: "Hearts and signs",
    nature: "Nature", food: "Food and drink", things: "Things and places",
  },
  zh: {
    find: "搜索表情", none: "没有找到", grid: "表情",
    recent: "最近使用", faces: "表情与情绪", hands: "手势与人物", hearts: "爱心与符号",
    nature: "自然", food: "饮食", things: "物品与地点",
  },
  ar: {
    find: "ابحث عن رمز", none: "لا رمز بهذا الاسم", grid: "الرموز التعبيرية",
    recent: "المستخدمة حديثًا", faces: "الوجوه", hands: "الأيدي والأشخاص", hearts: "القلوب والعلامات",
    nature: "الطبيعة", food: "الطعام والشراب", things: "الأشياء والأماكن",
  },
};

export const WORDS = TABLE[/** @type {"en"} */ (language.split("-")[0])] ?? TABLE.en;
