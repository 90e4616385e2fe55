/** What the panel says, in Arabic. words-en.js says what the keys and braces mean. */

export default {
  panel: "محادثة مباشرة",
  close: "إغلاق المحادثة",
  more: "المزيد",
  save: "حفظ",
  cancel: "إلغاء",
  log: "المحادثة",
  field: "اكتب رسالة",
  send: "إرسال",
  emoji: "رموز تعبيرية",
  you: "أنت",
  staff: "فريق الدعم",

  // Before the first word.
  hello: "اسألنا عمّا تشاء",
  helloBody: "عن هذا الخبر أو عنّا. اكتب مباشرةً، فلا استمارة تملؤها.",
  starter1: "لديّ سؤال عن أحد المنتجات",
  starter2: "أودّ التحدث إلى أحد الموظفين",
  articleStarter: "لديّ سؤال عن هذا المقال",
  about: "حول: {title}",

  // Who is there; when somebody is back stands in desk-words.js.
  hereNow: "متصل الآن",
  away: "غير متصل حاليًا",

  // Nobody is there.
  nobodyHello: "اترك لنا رسالة",
  nobodyBody: "رسالتك تصلنا، والرد ينتظرك هنا.",
  then: "{back}. {then}",
  nobodyKept: "وصلتنا رسالتك، وسنرد فور عودتنا.",
  mailKept: "يصلك الرد على {email}، وينتظرك هنا أيضًا.",

  // Waiting.
  place: { other: "رقم {n}" },
  next: "التالي",
  queued: "أنت {place} في قائمة الانتظار. يمكنك متابعة الكتابة.",
  queuedWait: "أنت {place} في قائمة الانتظار، خلال {wait} تقريبًا. يمكنك متابعة الكتابة.",
  waiting: "في انتظار الرد… يمكنك متابعة الكتابة",
  waitingWait: "في انتظار الرد، خلال {wait} تقريبًا. يمكنك متابعة الكتابة.",

  // Events.
  joined: "انضم {name} إلى المحادثة",
  leftChat: "غادر {name} المحادثة",
  transferred: "حُوِّلت محادثتك إلى زميل آخر",
  closedByYou: "أنهيتَ المحادثة",
  closedByUs: "أُغلقت المحادثة",
  reopened: "أُعيد فتح المحادثة",
  closed: "أُغلقت هذه المحادثة؛ اكتب لفتحها من جديد.",
  astray: "انتهت صلاحية هذا الرابط، ويمكنك الكتابة إلينا هنا على أي حال.",
  blocked: "لا يمكنك الكتابة إلينا حاليًا. ما كتبته محفوظ.",
  blockedUntil: "لا يمكنك الكتابة إلينا حتى {when}. ما كتبته محفوظ.",

  // Messages and writing.
  newMessages: {
    zero: "لا رسائل جديدة", one: "رسالة جديدة", two: "رسالتان جديدتان",
    few: "{n} رسائل جديدة", many: "{n} رسالة جديدة", other: "{n} رسالة جديدة",
  },
  toEnd: "الانتقال إلى أحدث رسالة",
  retry: "إعادة المحاولة",
  edit: "تعديل",
  standing_sending: "جارٍ الإرسال…",
  standing_queued: "ستُرسَل",
  standing_late: "في انتظار الاتصال",
  standing_stored: "أُرسلت",
  standing_seen: "قُرئت",
  left: {
    zero: "لم يبقَ أي حرف", one: "بقي حرف واحد", two: "بقي حرفان",
    few: "بقيت {n} أحرف", many: "بقي {n} حرفًا", other: "بقي {n} حرف",
  },
  tooMany: {
    zero: "لا أحرف زائدة", one: "حرف واحد زائد", two: "حرفان زائدان",
    few: "{n} أحرف زائدة", many: "{n} حرفًا زائدًا", other: "{n} حرف زائد",
  },
  typing: "{name} يكتب…",
  preview: "يرى فريق الدعم ما تكتبه أثناء كتابته.",
  slowly: "أنت تكتب بسرعة. تُرسَل بعد {wait}",
  refused: "لم تُرسَل.",
  refused_too_long: "لم تُرسَل: الرسالة طويلة جدًا.",
  refused_conflict: "لم تُرسَل: خرجت رسالة أخرى مكانها.",
  refused_closed: "لم تُرسَل: انتهت هذه المحادثة.",
  refused_not_allowed: "لم تُرسَل: لا يمكن الكتابة هنا.",

  // The line.
  connecting: "جارٍ الاتصال…",
  offline: "أنت غير متصل بالإنترنت. تُرسَل رسائلك عند عودة الاتصال.",
  slow: "قد تتأخر الرسائل بضع ثوانٍ الآن.",
  none: "لا يوجد اتصال.",
  line_restarting: "الخادم يُعاد تشغيله.",
  line_crowd: "يتصل كثيرون في هذه اللحظة.",
  line_full: "لا مكان لمزيد من المتصلين الآن.",
  line_network: "من شبكتك اتصالات كثيرة جدًا الآن.",
  line_busy: "الخادم مشغول.",
  line_away: "الخادم لا يستجيب.",
  line_blocked: "شيء ما بين متصفحك والخادم يمنع المحادثة.",
  again: "جارٍ إعادة المحاولة…",
  againIn: "إعادة المحاولة بعد {wait}",
  unknownName: "لا تعمل المحادثة على هذا العنوان.",
  reload: "تعذّر اتصال المحادثة من هذه الصفحة. يُرجى إعادة تحميلها.",
};
