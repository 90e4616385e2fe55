/** What the seldom used parts of the panel say, in Arabic; see words-more-en.js. */

export default {
  // The menu.
  addName: "أضف اسمك",
  changeName: "غيّر اسمك",
  nameHint: "لنعرف مع من نتحدث.",
  mailTranscript: "أرسلوا لي هذه المحادثة بالبريد",
  saveTranscript: "حفظ في ملف",
  sound: "الصوت",
  notifications: "الإشعارات",
  notificationsDenied: "متصفحك لا يسمح لهذا الموقع بإرسال الإشعارات.",
  end: "إنهاء المحادثة",
  forget: "احذفوا بياناتي",
  print: "ما دامت المحادثة مفتوحة، يرى فريق الدعم المقال الذي تقرؤه.",

  // Forms. `helloForm` stands under `hello`, before a talk. `optional` stands behind the name of a field that may stay empty.
  name: "اسمك",
  email: "بريدك الإلكتروني",
  topic: "ما موضوع سؤالك؟",
  message: "رسالتك",
  optional: "اختياري",
  helloForm: "عن هذا الخبر أو عنّا. بضعة أسطر أولًا، ثم اكتب مباشرةً.",
  begin: "بدء المحادثة",
  sendMessage: "إرسال الرسالة",
  missName: "يُرجى كتابة اسمك.",
  missEmail: "يُرجى كتابة عنوان صحيح مثل anna@example.com.",
  missTopic: "يُرجى ذكر موضوع سؤالك في بضع كلمات.",
  missMessage: "يُرجى كتابة رسالة.",
  missConsent: "تُرجى الموافقة أولًا.",
  mailAsk: "إلى أي عنوان نكتب إليك؟",
  mailWhere: "إلى أي عنوان نرسلها؟",
  mailSent: "هي في طريقها إلى {email}.",
  failed: "لم ينجح ذلك. يُرجى المحاولة مرة أخرى.",

  // Afterwards.
  rate: "كيف كانت المحادثة؟",
  rate1: "سيئة جدًا",
  rate2: "سيئة",
  rate3: "مقبولة",
  rate4: "جيدة",
  rate5: "ممتازة",
  comment: "هل تودّ إضافة شيء؟",
  thanks: "شكرًا لك.",
  forgetAsk: "هل نحذف هذه المحادثة وكل ما نعرفه عنك؟",
  forgetBody: "تُحذف هنا وعندنا، ولا يمكن استرجاعها.",
  forgotten: "حُذف كل شيء.",
};
