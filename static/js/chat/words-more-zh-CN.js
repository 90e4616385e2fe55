/** What the seldom used parts of the panel say, in simplified Chinese; see words-more-en.js. */

export default {
  // The menu.
  addName: "填写您的名字",
  changeName: "修改您的名字",
  nameHint: "方便我们称呼您。",
  mailTranscript: "把对话发到我的邮箱",
  saveTranscript: "保存为文件",
  sound: "提示音",
  notifications: "桌面通知",
  notificationsDenied: "您的浏览器不允许本站发送通知。",
  end: "结束对话",
  forget: "删除我的资料",
  print: "对话窗口打开期间，客服能看到您正在读哪篇文章。",

  // Forms. `helloForm` stands under `hello`, before a talk. `optional` stands behind the name of a field that may stay empty.
  name: "您的名字",
  email: "您的邮箱",
  topic: "想咨询什么？",
  message: "留言内容",
  optional: "选填",
  helloForm: "关于这篇报道，或关于我们。先填几行，然后直接输入。",
  begin: "开始对话",
  sendMessage: "发送留言",
  missName: "请填写您的名字。",
  missEmail: "请填写正确的邮箱，例如 anna@example.com。",
  missTopic: "请用几个字说明想咨询什么。",
  missMessage: "请填写留言内容。",
  missConsent: "请先表示同意。",
  mailAsk: "回复发到哪个邮箱？",
  mailWhere: "发到哪个邮箱？",
  mailSent: "已发往 {email}。",
  failed: "没有成功，请再试一次。",

  // Afterwards.
  rate: "您对这次服务满意吗？",
  rate1: "非常不满意",
  rate2: "不满意",
  rate3: "一般",
  rate4: "满意",
  rate5: "非常满意",
  comment: "还想补充什么？",
  thanks: "谢谢您。",
  forgetAsk: "要删除这次对话和我们掌握的您的全部资料吗？",
  forgetBody: "删除后，这里和我们那里都不再保留，也无法恢复。",
  forgotten: "已全部删除。",
};
