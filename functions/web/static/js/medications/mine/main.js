/** A patient's medicines: what is due today, what they took in the last weeks, and their plans. */
import { requireSignIn } from "../../app.js";
import { offerReminders } from "../../reminders.js";
import { reloadUser } from "../../shell/current-user.js";
import { dateOf } from "../../shell/dates.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, NetworkFailure } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { registerServiceWorker } from "../../shell/service-worker.js";
import { hasMedicines } from "../access.js";
import { Answers } from "../answers.js";
import { changePlan, getPlan, listDoses, listPlans, undoDose } from "../api.js";
import { keepDoses, keptDoses } from "../kept-doses.js";
import { PlanList } from "../plan-list.js";
import { formatDay, formatTime } from "../words.js";
import { drawCarers } from "./carers.js";
import { drawHistory } from "./history.js";
import { LateDialog } from "./late-dialog.js";
import { keepPage } from "./page-cache.js";
import { doseRow, earlierOf, todayOf } from "./doses.js";
import { doseRows } from "./groups.js";

/** @typedef {import("./doses.js").Course} Course */
/** @typedef {import("../api.js").Plan} Plan */

/** Twelve weeks are looked back on. */
const DAYS_BACK = 83;
const REDRAW_MS = 30_000;

/** Without a network, the server is asked again after so long. In milliseconds. */
const AGAIN_MS = 30_000;

/** @type {Course[]} */
let courses = [];
/** @type {Answers} */
let answers;
/** @type {PlanList} */
let plans;
const late = new LateDialog((dose, at) => void answers.give({ doseId: dose.doseId, act: "taken", at, entered: true }));

/** @param {import("../../shell/users.js").User} known */
async function open(known) {
  if (!courses.length) showScreen("loading");
  try {
    const user = hasMedicines(known) ? known : await reloadUser();
    byId("own").hidden = !hasMedicines(user);
    if (!hasMedicines(user)) return showScreen((await drawCarers()) ? "medicines" : "closed");
    const as = await readCourses(user.userId);
    setText("offline", as ? t("medications.offline", { time: formatTime(as) }) : "");
    answers ??= new Answers(user.userId, (sent, refused) => void changed(sent, refused));
    plans ??= new PlanList({ patientId: user.userId, ownZone: true, onChanged: (plan) => {
      // Whoever plans a medicine has a reason to be reminded.
      if (!courses.some((course) => course.plan.planId === plan.planId)) offerReminders(user.userId);
      void replace(plan);
    } });
    draw();
    showScreen("medicines");
    // A message about a dose leads to it.
    const about = new URLSearchParams(location.hash.slice(1));
    const [doseId] = (about.get("dose") ?? "").split(",");
    if (doseId) focusOn(doseId);
    else if (about.has("at")) focusAt(Number(about.get("at")));
    if (as) {
      // Networks come back without saying so.
      setTimeout(() => void open(known), AGAIN_MS);
      addEventListener("online", () => void open(known), { once: true });
      return await answers.send();
    }
    await openCarers();
    await answers.send();
    await followTraveller();
    if (await registerServiceWorker()) await keepPage();
  } catch (error) {
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    showScreen("failed");
  }
}

/**
 * Reads plans and doses, or without a network those that were kept.
 * @param {string} userId
 * @returns {Promise<number>} when the server had those that were kept, in Unix ms; 0 if it has them now
 */
async function readCourses(userId) {
  const kept = await keptDoses(userId);
  try {
    if (kept && !navigator.onLine) throw new NetworkFailure("network");
    courses = await Promise.all((await listPlans()).map(courseOf));
    keepToday(userId);
    return 0;
  } catch (error) {
    if (!kept || !(error instanceof NetworkFailure)) throw error;
    courses = kept.courses;
    return kept.at;
  }
}

/** @param {string} userId */
function keepToday(userId) {
  const today = new Date().toDateString();
  keepDoses(userId, courses.map(({ plan, doses }) => ({ plan, doses: doses.filter(({ dueAt }) => new Date(dueAt).toDateString() === today), weeks: [] })));
}

/** A message about a carer leads to that part of the page. */
async function openCarers() {
  try {
    await drawCarers();
  } catch (error) {
    setText("helpers-said", errorMessage(error));
  }
  const part = ["helpers", "helped"].find((name) => location.hash === `#${name}`);
  if (part && !byId(part).hidden) byId(`${part}-title`).focus();
}

/** @param {Plan} plan @returns {Promise<Course>} */
async function courseOf(plan) {
  const now = new Date();
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - DAYS_BACK);
  const { doses, weeks } = await listDoses(plan.planId, dateOf(first), dateOf(now));
  return { plan, doses, weeks };
}

function draw() {
  const now = Date.now();
  setText("today", formatDay(new Date(now)));
  const focused = document.activeElement;
  const doseId = /** @type {HTMLElement | null} */ (focused?.closest("[data-dose]"))?.dataset.dose ?? "";
  const at = /** @type {HTMLElement | null} */ (focused?.closest("[data-at]"))?.dataset.at;
  const label = focused?.getAttribute("aria-label") ?? "";
  const acts = { give, giveAll, undo, enter: (/** @type {import("./doses.js").Entry} */ entry) => late.open(entry) };
  const rows = todayOf(courses, new Date(now));
  byId("doses").replaceChildren(...doseRows(rows, (one) => answers.of(one), now, acts));
  const earlier = earlierOf(courses, new Date(now));
  byId("earlier").hidden = earlier.length === 0;
  byId("earlier-doses").replaceChildren(...earlier.map((entry) => doseRow(entry, answers.of(entry.dose.doseId), now, acts)));
  byId("none-today").hidden = rows.length > 0 || courses.length === 0;
  byId("no-plans").hidden = courses.length > 0;
  plans.draw(courses.map(({ plan }) => plan));
  drawHistory(courses);
  // The same button has the focus as before: Enter must not take what somebody is about to skip.
  if (doseId) focusOn(doseId, label);
  else if (at) focusAt(Number(at));
}

/** @param {import("./doses.js").Entry} entry @param {"taken" | "skipped" | "snooze"} act */
function give({ dose, plan }, act) {
  setText("said", "");
  void answers.give({ doseId: dose.doseId, act, at: Date.now() });
  draw();
  focusOn(dose.doseId);
  const words = { taken: t("medications.said.taken", { medicine: plan.medicine }), skipped: t("medications.said.skipped", { medicine: plan.medicine }) };
  announce(act === "snooze" ? t("medications.said.snoozed", { medicine: plan.medicine }) : words[act]);
}

/** @param {import("./doses.js").Entry[]} entries of the same minute */
function giveAll(entries) {
  setText("said", "");
  const at = Date.now();
  void answers.giveAll(entries.map(({ dose }) => ({ doseId: dose.doseId, act: "taken", at })));
  draw();
  focusOn(entries[0]?.dose.doseId ?? "");
  announce(t("medications.said.all-taken", { count: entries.length }));
}

/** @param {import("./doses.js").Entry} entry */
async function undo({ dose, plan }) {
  const waiting = answers.of(dose.doseId);
  setText("said", "");
  try {
    if (waiting) await answers.takeBack(waiting);
    else await undoDose(dose.doseId);
    announce(t("medications.said.undone", { medicine: plan.medicine }));
  } catch (error) {
    setText("said", refusalWords(plan.medicine, error));
  }
  await refresh([plan.planId]);
  focusOn(dose.doseId);
}

/**
 * @param {import("../queue.js").Answer[]} sent
 * @param {[import("../queue.js").Answer, unknown][]} refused
 */
async function changed(sent, refused) {
  draw();
  for (const [{ doseId }, error] of refused) setText("said", refusalWords(medicineOf(doseId), error));
  const ids = [...sent, ...refused.map(([answer]) => answer)].map(({ doseId }) => doseId);
  await refresh(courses.filter(({ plan }) => ids.some((id) => id.startsWith(`${plan.planId}.`))).map(({ plan }) => plan.planId));
}

/** @param {string[]} planIds */
async function refresh(planIds) {
  if (!planIds.length) return draw();
  try {
    const fresh = await Promise.all(planIds.map(async (planId) => courseOf(await getPlan(planId))));
    courses = courses.map((course) => fresh.find(({ plan }) => plan.planId === course.plan.planId) ?? course);
    if (user) keepToday(user.userId);
  } catch {
    // What is shown stays until the network is back.
  }
  draw();
}

/** @param {Plan} plan that was added or changed */
async function replace(plan) {
  const others = courses.filter((course) => course.plan.planId !== plan.planId);
  if (plan.state === "ended") courses = others;
  else {
    const known = courses.find((course) => course.plan.planId === plan.planId);
    const fresh = { plan, doses: known?.doses ?? [], weeks: known?.weeks ?? [] };
    courses = known ? courses.map((course) => (course === known ? fresh : course)) : [fresh, ...courses];
  }
  draw();
  if (plan.state !== "ended") await refresh([plan.planId]);
}

/** Somebody who goes by the clock of where they are says by opening this page where that is. */
async function followTraveller() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const { plan } of courses.filter((course) => course.plan.travel === "local" && course.plan.localZone !== here)) {
    try {
      await replace(await changePlan(plan, { localZone: here }));
    } catch {
      // It is said again when the page is opened again.
    }
  }
}

/** @param {string} medicine @param {unknown} error */
function refusalWords(medicine, error) {
  switch (error instanceof HttpProblem ? error.slug : "") {
    case "too-early":
      return t("medications.refused.early", { medicine });
    case "too-late":
      return t("medications.refused.late", { medicine });
    case "wrong-state":
      return t("medications.refused.answered", { medicine });
    default:
      return t("medications.refused", { medicine, failure: errorMessage(error) });
  }
}

/** @param {string} doseId */
function medicineOf(doseId) {
  return courses.find(({ plan }) => doseId.startsWith(`${plan.planId}.`))?.plan.medicine ?? t("medications.one");
}

/** @param {string} doseId @param {string} [label] of the button, if it is still there; otherwise the first one */
function focusOn(doseId, label = "") {
  const row = document.querySelector(`[data-dose="${CSS.escape(doseId)}"]`);
  const button = row?.querySelector(`button[aria-label="${CSS.escape(label)}"]`) ?? row?.querySelector("button");
  if (button ?? row) /** @type {HTMLElement} */ (button ?? row).focus();
}

/** @param {number} at Unix ms */
function focusAt(at) {
  const group = document.querySelector(`[data-at="${at}"] button`);
  if (group instanceof HTMLElement) group.focus();
}

const user = requireSignIn();
if (user) {
  setInterval(() => !document.hidden && courses.length && !document.querySelector("dialog[open]") && draw(), REDRAW_MS);
  document.addEventListener("visibilitychange", () => !document.hidden && courses.length && void refresh(courses.map(({ plan }) => plan.planId)));
  void open(user);
}
