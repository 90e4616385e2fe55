/** Who is at the desk, in Arabic; desk-words.js lists the keys. */

export default {
  here: {
    zero: "لا أحد هنا", one: "موظف واحد هنا", two: "موظفان هنا",
    few: "{n} موظفين هنا", many: "{n} موظفًا هنا", other: "{n} موظف هنا",
  },
  usually: "{here}، والرد عادةً خلال {wait}",
  backAt: "نعود في {when} بتوقيتك",
  backOn: "نعود {when} بتوقيتك",
  nobody: "لا أحد هنا الآن",
  leave: "{back}؛ اترك رسالة",
  unread: {
    zero: "لا رسائل جديدة", one: "رسالة جديدة", two: "رسالتان جديدتان", few: "{n} رسائل جديدة",
    many: "{n} رسالة جديدة", other: "{n} رسالة جديدة",
  },
};
