// @ts-check
/**
 * What every public page brings, named once: it is served as one file, with all of it inside.
 * Nobody asks for this file by name; whoever imports one of these is led here.
 */

import "../audience/live-count.js";
import "../audience/live-reading.js";
import "../audience/presence.js";
import "../chat/sheets.js";
import "./page-socket.js";
