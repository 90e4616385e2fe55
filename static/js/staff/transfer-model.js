/**
 * Whom a chat can be handed to: colleagues at their desks, those free first, and desks with their
 * queues. Who is away can be chosen too: he finds it when he is back.
 *
 * @typedef {import("./pick-list.js").Choice} Choice
 * @typedef {{id: number, name: string, state: string, load: number, capacity?: number}} Person
 * @typedef {{id: number, name: string, open: boolean, waiting: number}} Desk
 */

/**
 * @param {{people: Person[], desks: Desk[], me: number, owner: number | null, desk: number | null}} known
 * @param {string} typed
 * @returns {Choice[]}
 */
export function transferChoices({ people, desks, me, owner, desk }, typed) {
  const wanted = folded(typed);
  const colleagues = people
    .filter(({ id }) => id !== owner)
    .sort((a, b) => rank(a) - rank(b) || a.load - b.load || a.name.localeCompare(b.name))
    .map((person) => ({
      key: `agent-${person.id}`,
      name: person.id === me ? `${person.name} (you)` : person.name,
      lamp: /** @type {"good" | "away"} */ (person.state === "available" ? "good" : "away"),
      side: stands(person),
      value: { agent: person.id },
    }));
  const queues = desks
    .filter(({ id }) => id !== desk)
    .map(({ id, name, open, waiting }) => ({
      key: `desk-${id}`,
      name,
      more: "Desk",
      side: open ? (waiting ? `${waiting} waiting` : "nobody waiting") : "closed now",
      value: { desk: id },
    }));
  const everybody = { key: "desk-0", name: "Everybody’s queue", side: "whoever is free", value: { desk: 0 } };
  return [...colleagues, ...queues, everybody].filter(({ name }) => folded(name).includes(wanted));
}

function rank({ state, load, capacity }) {
  if (state !== "available") return 2;
  return capacity !== undefined && load >= capacity ? 1 : 0;
}

function stands({ state, load, capacity }) {
  if (state !== "available") return "away";
  if (capacity !== undefined && load >= capacity) return `full, ${load} of ${capacity}`;
  return load === 0 ? "free" : load === 1 ? "1 chat" : `${load} chats`;
}

/** @param {string} text @returns {string} so that an accent or a capital hides nobody */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().trim();
}
