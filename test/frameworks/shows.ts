/** For the evaluation in a page. */
/** Fulfils once the element of the page has this text. */
export const shows = (selector: string, text: string): string => `new Promise((resolve) => {
  const look = () => (document.querySelector('${selector}')?.textContent ?? '') === '${text}';
  const done = () => (observer.disconnect(), resolve(true));
  const observer = new MutationObserver(() => look() && done());
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  if (look()) done();
})`;
