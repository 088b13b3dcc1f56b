/** Calendar files as in RFC 5545 (https://www.rfc-editor.org/rfc/rfc5545). Pure. */

/** A line has at most this many octets, without its break (section 3.1). */
const LINE_OCTETS = 75;

/** @typedef {readonly [name: string, value: string]} Property with its value as it stands in the file */

/**
 * @param {readonly Property[]} event the properties of its only event
 * @returns {string} the file's content
 */
export function calendarFile(event) {
  /** @type {Property[]} */
  const properties = [
    ["BEGIN", "VCALENDAR"],
    ["VERSION", "2.0"],
    ["PRODID", "-//Bedside//Visits//EN"],
    ["METHOD", "PUBLISH"],
    ["BEGIN", "VEVENT"],
    ...event,
    ["END", "VEVENT"],
    ["END", "VCALENDAR"],
  ];
  return properties.map(([name, value]) => `${fold(`${name}:${value}`)}\r\n`).join("");
}

/**
 * @param {string} text
 * @returns {string} the text as a value (section 3.3.11); control characters are not allowed in one
 */
export function text(text) {
  const escaped = text.replace(/\r\n?/g, "\n").replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
  return escaped.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, "");
}

/**
 * @param {number} at Unix ms
 * @returns {string} in UTC, as in 20261121T023000Z (section 3.3.5)
 */
export function instant(at) {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
}

/**
 * Breaks a line between characters: a break is followed by a space, which counts.
 * @param {string} line
 */
function fold(line) {
  const encoder = new TextEncoder();
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}
