/** Until when a chat may be out of the way: the moments people mean, in the agent's own time. */

import { clockText } from "./waiting-time.js";

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 9;
const DAY_MS = 24 * HOUR_MS;

/**
 * @param {number} now
 * @returns {{name: string, at: number}[]} soonest first, none twice
 */
export function snoozeOptions(now) {
  const options = [
    { name: "In 1 hour", at: now + HOUR_MS },
    { name: "Tomorrow morning", at: morning(now, 1) },
  ];
  const monday = morning(now, daysToMonday(now));
  if (monday !== options[1].at) options.push({ name: "Monday morning", at: monday });
  return options;
}

/** @param {number} now @param {number} days @returns {number} 9:00 of that day, whatever the clocks do between */
function morning(now, days) {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(MORNING_HOUR, 0, 0, 0);
}

function daysToMonday(now) {
  return (8 - new Date(now).getDay()) % 7 || 7;
}

/** @param {number} at @param {number} now @param {string} [language] @returns {string} "14:05", "Tue 9:00", "7 Jun 9:00" */
export function momentText(at, now, language) {
  const clock = clockText(at, language);
  if (new Date(at).toDateString() === new Date(now).toDateString()) return clock;
  const near = at - now < 6 * DAY_MS && at > now;
  const style = near ? { weekday: "short" } : { day: "numeric", month: "short" };
  return `${new Intl.DateTimeFormat(language, style).format(at)} ${clock}`;
}

/** @param {number} at @returns {string} as a field of date and time takes it, local */
export function fieldMoment(at) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
