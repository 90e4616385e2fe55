/**
 * What is said about files, in the languages the panel speaks. Loaded with the first file, so all
 * of them stand here; keys and rules as in chat/words-en.js.
 */

import { duration, fill, language } from "../chat/desk-words.js";

export const WORDS = {
  en: {
    tray: "Files to send",
    remove: "Remove {name}",
    retry: "Try {name} again",
    waiting: "waits",
    sending: "{n} %",
    looking: "is being checked",
    there: "ready",
    is: "{name}: {state}",
    ready: { one: "{n} file ready to send", other: "{n} files ready to send" },
    tooLarge: "{name} is too large: a file may have {size}.",
    tooMany: { one: "One message carries one file.", other: "One message carries up to {n} files." },
    gone: "The connection broke.",
    busy: "Files cannot be taken just now.",
    limited: "Too many files for now; again in {wait}.",
    bad_field: "This cannot be sent: the picture cannot be opened, or the file is empty.",
    too_long: "This file is too large.",
    not_allowed: "You cannot send files here.",
    not_found: "This conversation is not there any more.",
    open: "{name}, show large",
    download: "Download {name}, {size}",
    save: "Download",
    close: "Close",
    lost: "This picture does not come. Try again",
    missing: "This file is not there any more.",
  },
  zh: {
    tray: "待发送的文件",
    remove: "移除 {name}",
    retry: "重试 {name}",
    waiting: "等待中",
    sending: "{n}%",
    looking: "正在检查",
    there: "已就绪",
    is: "{name}：{state}",
    ready: { other: "{n} 个文件可以发送" },
    tooLarge: "{name} 太大：每个文件最多 {size}。",
    tooMany: { other: "一条消息最多带 {n} 个文件。" },
    gone: "连接中断。",
    busy: "暂时无法接收文件。",
    limited: "文件过多，请在 {wait}后再试。",
    bad_field: "无法发送：图片打不开，或文件是空的。",
    too_long: "文件太大。",
    not_allowed: "您不能在这里发送文件。",
    not_found: "此对话已不存在。",
    open: "{name}，放大显示",
    download: "下载 {name}，{size}",
    save: "下载",
    close: "关闭",
    lost: "图片未能载入，重试",
    missing: "此文件已不存在。",
  },
  ar: {
    tray: "ملفات للإرسال",
    remove: "إزالة {name}",
    retry: "إعادة محاولة {name}",
    waiting: "في الانتظار",
    sending: "{n}٪",
    looking: "قيد الفحص",
    there: "جاهز",
    is: "{name}: {state}",
    ready: {
      one: "ملف واحد جاهز للإرسال", two: "ملفان جاهزان للإرسال", few: "{n} ملفات جاهزة للإرسال",
      other: "{n} ملفًا جاهزًا للإرسال",
    },
    tooLarge: "{name} كبير جدًا: أقصى حجم للملف {size}.",
    tooMany: { one: "تحمل الرسالة ملفًا واحدًا.", few: "تحمل الرسالة حتى {n} ملفات.", other: "تحمل الرسالة حتى {n} ملفًا." },
    gone: "انقطع الاتصال.",
    busy: "لا يمكن استلام الملفات الآن.",
    limited: "ملفات كثيرة الآن؛ حاول بعد {wait}.",
    bad_field: "لا يمكن الإرسال: الصورة لا تُفتح أو الملف فارغ.",
    too_long: "هذا الملف كبير جدًا.",
    not_allowed: "لا يمكنك إرسال الملفات هنا.",
    not_found: "لم تعد هذه المحادثة موجودة.",
    open: "{name}، عرض بحجم كبير",
    download: "تنزيل {name}، {size}",
    save: "تنزيل",
    close: "إغلاق",
    lost: "لم تصل الصورة. أعد المحاولة",
    missing: "لم يعد هذا الملف موجودًا.",
  },
};

const words = WORDS[/** @type {"en"} */ (language.split("-")[0])] ?? WORDS.en;

/**
 * @param {keyof typeof WORDS.en} key
 * @param {Record<string, string | number>} [values]
 */
export const fileWord = (key, values = {}) => fill(words[key], values);

/** @param {number} bytes @returns {string} "3.2 MB", as the reader writes it */
export function sizeWord(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(0.1, bytes / 1024), "kilobyte"] : [bytes / 2 ** 20, "megabyte"];
  const form = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language, /** @type {any} */ (form)).format(value);
}

/** @param {import("./file-send.js").Refusal} refusal */
export function refusalWord({ code, retry_ms = 60_000 }) {
  const known = code in words ? /** @type {keyof typeof WORDS.en} */ (code) : "busy";
  return fileWord(known, { wait: duration(retry_ms / 1000) });
}
