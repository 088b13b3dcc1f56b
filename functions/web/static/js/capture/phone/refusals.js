/** What to tell someone whose photos were not added. */

/** What to tell someone whose file could not be read. @param {string} name */
export function unreadable(name) {
  if (/\.hei[cf]$/i.test(name)) {
    return `“${name}” is an HEIC photo, which this browser can’t open. Take it here with “Take photo”, or save it as JPEG first.`;
  }
  return `“${name}” can’t be opened as a photo. Take it again, or choose a JPEG or PNG.`;
}

/** What to tell someone whose file is cut off. @param {string} name */
export function damaged(name) {
  return `“${name}” is damaged: its end is missing. Take it again, or choose another photo.`;
}

/** What to tell someone who chose more photos than a session holds. @param {number} over @param {number} max */
export function tooMany(over, max) {
  const these = over === 1 ? "1 photo was" : `${over} photos were`;
  return `${these} not added: a session holds ${max}.`;
}
