/**
 * What the seldom used parts of the panel say, in English: loaded with them, not before. As in
 * words-en.js, every other language has a file with the same keys, `words-more-TAG.js`.
 */

export default {
  // The menu.
  addName: "Add your name",
  changeName: "Change your name",
  nameHint: "So that we know whom we are talking to.",
  mailTranscript: "Send me this by e-mail",
  saveTranscript: "Save as a file",
  sound: "Sound",
  notifications: "Notifications",
  notificationsDenied: "Your browser does not let this site notify you.",
  end: "End chat",
  forget: "Forget me",
  print: "While this chat is open, staff see which article you are reading.",

  // Forms. `helloForm` stands under `hello`, before a talk. `optional` stands behind the name of a field that may stay empty.
  name: "Your name",
  email: "Your e-mail",
  topic: "What is it about?",
  message: "Your message",
  optional: "optional",
  helloForm: "About this story or about us. A few lines first, then just write.",
  begin: "Start chat",
  sendMessage: "Send message",
  missName: "Please tell us your name.",
  missEmail: "Please give an address like anna@example.com.",
  missTopic: "Please say in a few words what it is about.",
  missMessage: "Please write a message.",
  missConsent: "Please agree first.",
  mailAsk: "Where may we write to you?",
  mailWhere: "Where shall we send it?",
  mailSent: "It is on its way to {email}.",
  failed: "That did not work. Please try again.",

  // Afterwards.
  rate: "How was it?",
  rate1: "Very bad",
  rate2: "Bad",
  rate3: "All right",
  rate4: "Good",
  rate5: "Very good",
  comment: "Anything to add?",
  thanks: "Thank you.",
  forgetAsk: "Remove this conversation and all we know of you?",
  forgetBody: "It is gone here and with us, and cannot be brought back.",
  forgotten: "Everything was removed.",
};
