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
    const open = together.filter((entry) => isTakeable(entry, waitingOf(entry.dose.doseId), now));
    if (open.length < 2) return together.map(row);
    const rest = together.filter((entry) => !open.includes(entry));
    return [groupRow(open, row, () => acts.giveAll(open)), ...rest.map(row)];
  });
}

/** @param {Entry[]} open @param {(entry: Entry) => HTMLElement} row @param {() => void} takeAll */
function groupRow(open, row, takeAll) {
  const dueAt = open[0]?.dose.dueAt ?? "";
  const title = t("medications.together", { count: open.length, time: formatTime(dueAt) });
  const button = make("button", "button primary", t("medications.together.take"));
  button.type = "button";
  button.setAttribute("aria-label", t("medications.plan.about", { act: t("medications.together.take"), medicine: title }));
  button.addEventListener("click", takeAll);
  const list = make("ul", "doses", ...open.map(row));
  // One thing to do first.
  for (const each of list.querySelectorAll(".primary")) each.classList.remove("primary");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", title);
  const group = make("li", "dose-group card", make("div", "plans-head", make("strong", "dose-time", title), button), list);
  group.dataset.at = String(Date.parse(dueAt));
  return group;
}
