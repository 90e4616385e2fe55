/** Who is at the desk, in Chinese; desk-words.js lists the keys. */

export default {
  here: { other: "{n} 位客服在线" },
  usually: "{here}，通常 {wait}内回复",
  backAt: "您当地时间 {when} 恢复服务",
  backOn: "您当地时间 {when} 恢复服务",
  nobody: "现在无人在线",
  leave: "{back}，可先留言",
  unread: { other: "{n} 条新消息" },
};
