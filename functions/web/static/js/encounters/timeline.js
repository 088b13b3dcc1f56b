/** Draws what happened in an encounter, by day. */
import { make } from "../shell/dom.js";
import { byDay, timeOf } from "./days.js";
import { isAmiss, isMain, sentence } from "./words.js";

/** @typedef {import("./api.js").TimelineEvent} TimelineEvent */
/** @typedef {{event: TimelineEvent, count: number}} Happened an event, and how often it happened in a row */

/** What is told once, however often it happens in a row. */
const COLLAPSED = new Set(["photo-arrived", "photo-described", "photo-deleted", "photo-edited", "photo-kept", "photo-unkept", "photo-refused", "photo-vanished", "photo-committed", "photo-not-committed", "notes-saved"]);

/**
 * @param {HTMLElement} place
 * @param {TimelineEvent[]} timeline oldest first
 */
export function drawTimeline(place, timeline) {
  place.replaceChildren(
    ...byDay(happened(timeline), ({ event }) => event.at).flatMap(({ day, items }) => {
      const list = make("ol", "happened", ...items.map(line));
      list.setAttribute("role", "list");
      return [make("h3", "day", day), list];
    }),
  );
}

/**
 * @param {TimelineEvent[]} timeline
 * @returns {Happened[]} by time: an event may become known later than the next one
 */
export function happened(timeline) {
  const sorted = [...timeline].sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.sequence - other.sequence);
  /** @type {Happened[]} */
  const found = [];
  for (const event of sorted) {
    const last = found.at(-1);
    if (last && COLLAPSED.has(event.kind) && isSame(last.event, event)) last.count += 1;
    else found.push({ event, count: 1 });
  }
  return found;
}

/**
 * @param {TimelineEvent} one
 * @param {TimelineEvent} other
 */
function isSame(one, other) {
  const sameDay = new Date(one.at).toDateString() === new Date(other.at).toDateString();
  return sameDay && one.kind === other.kind && one.actor.kind === other.actor.kind && one.actor.userId === other.actor.userId;
}

/** @param {Happened} one */
function line({ event, count }) {
  const time = make("time", "", timeOf(event.at));
  time.dateTime = event.at;
  return make("li", isAmiss(event) ? "amiss" : isMain(event) ? "main" : "", time, make("span", "", sentence(event, count)));
}
