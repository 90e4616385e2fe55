/** Every element of the console. Whoever adds one names it here and in the template, no place else. */

import "./desk-about.js";
import "./desk-alarms.js";
import "./desk-answer-all.js";
import "./desk-article.js";
import "./desk-articles.js";
import "./desk-bell.js";
import "./desk-block.js";
import "./desk-composer.js";
import "./desk-keys.js";
import "./desk-labels.js";
import "./desk-line.js";
import "./desk-list.js";
import "./desk-looking.js";
import "./desk-people.js";
import "./desk-rail.js";
import "./desk-replies.js";
import "./desk-search.js";
import "./desk-side.js";
import "./desk-sign-in.js";
import "./desk-snooze.js";
import "./desk-status.js";
import "./desk-thread.js";
import "./desk-toast.js";
import "./desk-transfer.js";
import "./desk-visitor.js";
