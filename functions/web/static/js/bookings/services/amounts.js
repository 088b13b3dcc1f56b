/** Amounts of money as people write them. Pure. */

/**
 * @param {string} text such as "45", "45.50" or "45,5"
 * @param {string} currency
 * @returns {number | null} in the currency's minor unit, null if it is no amount
 */
export function amountIn(text, currency) {
  const written = text.trim().replace(",", ".");
  const amount = Number(written) * 10 ** digitsOf(currency);
  const whole = Math.round(amount);
  return /^\d{1,8}(\.\d+)?$/.test(written) && Math.abs(amount - whole) < 1e-6 ? whole : null;
}

/** @param {number} amount in the currency's minor unit @param {string} currency */
export function amountText(amount, currency) {
  return (amount / 10 ** digitsOf(currency)).toFixed(amount ? digitsOf(currency) : 0);
}

/** @param {string} currency @returns {number} how many digits its amounts have after the point */
function digitsOf(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
