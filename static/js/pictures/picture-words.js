// @ts-check
/** What is said about pictures looked at closer, in all languages: the words are few. */

export const TABLE = {
  en: { pictures: "Pictures", close: "Close", previous: "Previous picture", next: "Next picture", place: "Picture {number} of {count}" },
  zh: { pictures: "图片", close: "关闭", previous: "上一张", next: "下一张", place: "第 {number} 张，共 {count} 张" },
  ar: { pictures: "الصور", close: "إغلاق", previous: "الصورة السابقة", next: "الصورة التالية", place: "الصورة {number} من {count}" },
};

/**
 * Say it.
 * @param {string} language
 * @param {keyof typeof TABLE.en} key
 * @param {Record<string, string | number>} [values]
 */
export function say(language, key, values = {}) {
  const words = TABLE[/** @type {"en"} */ (language.split("-")[0])] ?? TABLE.en;
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
