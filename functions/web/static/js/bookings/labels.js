/** Services and times in words. Pure, but for the page's language. */
import { dateOf, noonOf } from "../shell/dates.js";
import { formatDate } from "../shell/format.js";
import { locale, t } from "../shell/messages.js";
import { formatMoney } from "../shell/money.js";

/** @param {import("./api.js").Service["price"]} price */
export function formatPrice(price) {
  return price.amount ? formatMoney(price) : t("bookings.free");
}

/** @param {string} date @returns {[weekday: string, day: string]} */
export function shortDate(date) {
  const day = noonOf(date);
  return [day.toLocaleDateString(locale, { weekday: "short" }), day.toLocaleDateString(locale, { day: "numeric", month: "short" })];
}

/** @param {string} instant */
export function formatTime(instant) {
  return new Date(instant).toLocaleTimeString(locale, { timeStyle: "short" });
}

/** @param {string} instant @returns {string} "Tuesday, 1 December at 9:00 am" */
export function formatStart(instant) {
  return t("bookings.when", { date: formatDate(dateOf(new Date(instant))), time: formatTime(instant) });
}

/** @param {{freeUntilHours: number, lateRefundPercent: number}} policy of a facility, about what is paid */
export function policyWords({ freeUntilHours, lateRefundPercent }) {
  if (lateRefundPercent >= 100) return t("bookings.policy.always");
  const whole = freeUntilHours ? t("bookings.policy.until", { count: freeUntilHours }) : t("bookings.policy.before");
  const late = lateRefundPercent ? t("bookings.policy.late", { percent: lateRefundPercent }) : t("bookings.policy.nothing");
  return freeUntilHours ? `${whole} ${late}` : whole;
}

/**
 * @param {Date} [at]
 * @returns {string} the reader's time zone in words, such as "New Zealand Daylight Time"
 */
export function timeZoneName(at = new Date()) {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "long" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone();
}

/** @returns {string} the reader's time zone (IANA) */
export function timeZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
