/** The cache of the page of medicines, which the page fills and the service worker reads. */
export const PAGE_CACHE = "bedside-medicines";
