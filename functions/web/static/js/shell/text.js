/**
 * Text that people write or paste, cleaned as the server cleans it (`kernel/text.py`), so that pages compare and count
 * what will be stored. Pure.
 */

const BREAKS = /\r\n?|[\n\u000b\u000c\u0085\u2028\u2029]/g;

// Control and format characters, Hangul fillers and lone surrogates, but for joiners and for signs that can be seen.
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/gu;

// Between two of these a joiner changes what is read: scripts such as Arabic, Sinhala or Malayalam.
const JOINED =
  /[\u0600-\u109f\u1780-\u18af\u1a00-\u1bff\ua800-\uabff\u{10a00}-\u{11fff}\u{1e900}-\u{1e95f}]/u;

// Between two of these, U+200D makes one picture of several.
const EMOJI = /[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u{1f000}-\u{1faff}]/u;

/** As one line, with single spaces. @param {string} text */
export function cleanLine(text) {
  return visible(text.replace(BREAKS, " ")).replace(/\s+/g, " ").trim();
}

/** With each kind of line break as a line feed. @param {string} text */
export function cleanParagraphs(text) {
  return visible(text.replace(BREAKS, "\n")).trim();
}

/** @param {string} text @returns {string} */
function visible(text) {
  const seen = text.replace(INVISIBLE, "").normalize("NFC");
  if (!/[\u200c\u200d]/.test(seen)) return seen;
  const characters = Array.from(seen);
  const kept = characters
    .filter((character, at) => !"\u200c\u200d".includes(character) || joins(character, characters[at - 1] ?? "", characters[at + 1] ?? ""))
    .join("")
    .normalize("NFC");
  return kept === seen ? kept : visible(kept); // another order of characters may loosen other joiners
}

/**
 * @param {string} joiner
 * @param {string} before
 * @param {string} after
 */
function joins(joiner, before, after) {
  return (JOINED.test(before) && JOINED.test(after)) || (joiner === "\u200d" && EMOJI.test(before) && EMOJI.test(after));
}
