/** What the panel says, in simplified Chinese. words-en.js says what the keys and braces mean. */

export default {
  panel: "在线客服",
  close: "关闭对话窗口",
  more: "更多",
  save: "保存",
  cancel: "取消",
  log: "对话内容",
  field: "输入消息",
  send: "发送",
  emoji: "表情",
  you: "您",
  staff: "客服",

  // Before the first word.
  hello: "有什么想问的？",
  helloBody: "关于这篇报道，或关于我们。直接输入即可，无需填表。",
  starter1: "我想咨询一款产品",
  starter2: "我想和工作人员聊聊",
  articleStarter: "我对这篇文章有疑问",
  about: "关于：{title}",

  // Who is there; when somebody is back stands in desk-words.js.
  hereNow: "在线",
  away: "暂时离开",

  // Nobody is there.
  nobodyHello: "给我们留言",
  nobodyBody: "我们会看到您的留言，回复也会留在这里等您。",
  then: "{back}。{then}",
  nobodyKept: "留言已收到，我们回来后会尽快回复。",
  mailKept: "回复会发到 {email}，也会留在这里等您。",

  // Waiting.
  place: { other: "第 {n} 位" },
  next: "下一位",
  queued: "您排在{place}，可以继续输入。",
  queuedWait: "您排在{place}，大约还要等 {wait}，可以继续输入。",
  waiting: "正在等待回复……您可以继续输入",
  waitingWait: "正在等待回复，大约需要 {wait}，可以继续输入。",

  // Events.
  joined: "{name}加入了对话",
  leftChat: "{name}离开了对话",
  transferred: "您的对话已转给另一位同事",
  closedByYou: "您结束了对话",
  closedByUs: "对话已结束",
  reopened: "对话已重新开启",
  closed: "对话已结束；再次输入即可重新开启。",
  astray: "这个链接已失效，您仍可在这里给我们写信。",
  blocked: "您暂时无法给我们发消息。已输入的内容会保留。",
  blockedUntil: "{when} 之前您无法给我们发消息。已输入的内容会保留。",

  // Messages and writing.
  newMessages: { other: "{n} 条新消息" },
  toEnd: "跳到最新消息",
  retry: "重试",
  edit: "修改",
  standing_sending: "正在发送……",
  standing_queued: "等待发送",
  standing_late: "等待连接",
  standing_stored: "已发送",
  standing_seen: "已读",
  left: { other: "还可输入 {n} 个字" },
  tooMany: { other: "超出 {n} 个字" },
  typing: "{name}正在输入……",
  preview: "您输入的内容客服能即时看到。",
  slowly: "您发送得太快，{wait} 后发出",
  refused: "未能发送。",
  refused_too_long: "未能发送：内容太长。",
  refused_conflict: "未能发送：另一条消息已取代它发出。",
  refused_closed: "未能发送：这次对话已经结束。",
  refused_not_allowed: "未能发送：此处不能输入消息。",

  // The line.
  connecting: "正在连接……",
  offline: "您已离线。恢复连接后消息会自动发出。",
  slow: "消息可能会晚几秒送达。",
  none: "没有连接。",
  line_restarting: "服务器正在重新启动。",
  line_crowd: "现在连接的人很多。",
  line_full: "现在人数已满。",
  line_network: "您所在网络的连接太多。",
  line_busy: "服务器繁忙。",
  line_away: "服务器没有响应。",
  line_blocked: "您的浏览器与服务器之间有东西拦住了对话。",
  again: "正在重试……",
  againIn: "{wait} 后重试",
  unknownName: "在这个网址下无法使用在线客服。",
  reload: "这个页面无法连接在线客服，请刷新页面。",
};
