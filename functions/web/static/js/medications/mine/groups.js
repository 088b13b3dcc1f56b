/** Doses of the same minute: one group, all taken with one tap, or each by itself. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatTime } from "../words.js";
import { doseRow, isTakeable } from "./doses.js";

/**
 * @typedef {import("./doses.js").Entry} Entry
 * @typedef {import("../queue.js").Answer} Answer
 */

/**
 * @param {readonly Entry[]} entries in order
 * @param {(doseId: string) => Answer | undefined} waitingOf what was tapped and is not sent yet
 * @param {number} now
 * @param {import("./doses.js").Acts & {giveAll: (entries: Entry[]) => void}} acts
 */
export function doseRows(entries, waitingOf, now, acts) {
  /** @type {Map<number, Entry[]>} */
  const minutes = new Map();
  for (const entry of entries) {
    const minute = Math.floor(Date.parse(entry.dose.dueAt) / 60_000);
    minutes.set(minute, [...(minutes.get(minute) ?? []), entry]);
  }
  /** @param {Entry} entry */
  const row = (entry) => doseRow(entry, waitingOf(entry.dose.doseId), now, acts);
  return [...minutes.values()].flatMap((together) => {
    if (together.length < 2) return together.map(row);
    const open = together.filter((entry) => isTakeable(entry, waitingOf(entry.dose.doseId), now));
    // What is answered keeps its place, so that nothing moves under a finger.
    return [groupRow(together, row, open, () => acts.giveAll(open))];
  });
}

/**
 * @param {Entry[]} together
 * @param {(entry: Entry) => HTMLElement} row
 * @param {Entry[]} open of these
 * @param {() => void} takeAll
 */
function groupRow(together, row, open, takeAll) {
  const dueAt = together[0]?.dose.dueAt ?? "";
  const title = t("medications.together", { count: together.length, time: formatTime(dueAt) });
  const list = make("ul", "doses", ...together.map(row));
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", title);
  const head = make("div", "plans-head", make("strong", "dose-time", title));
  if (open.length > 1) {
    const act = open.length < together.length ? t("medications.together.rest", { count: open.length }) : t("medications.together.take");
    const button = make("button", "button primary", act);
    button.type = "button";
    button.setAttribute("aria-label", t("medications.plan.about", { act, medicine: title }));
    button.addEventListener("click", takeAll);
    head.append(button);
    // One thing to do first.
    for (const each of list.querySelectorAll(".primary")) each.classList.remove("primary");
  }
  const group = make("li", "dose-group card", head, list);
  group.dataset.at = String(Date.parse(dueAt));
  return group;
}
