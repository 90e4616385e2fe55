// @ts-check
/** What is said about articles that may answer a question, in all languages: one file, one request. */

import { language } from "../chat/desk-words.js";

export const TABLE = {
  en: { help: "These articles may help", dismiss: "Show no articles" },
  zh: { help: "这些文章或许有帮助", dismiss: "不再显示文章" },
  ar: { help: "قد تفيدك هذه المقالات", dismiss: "إخفاء المقالات" },
};

export const WORDS = TABLE[/** @type {"en"} */ (language.split("-")[0])] ?? TABLE.en;
