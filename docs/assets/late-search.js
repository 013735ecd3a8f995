// The search's worker and its index are the largest files of the site, and most readers never
// search. The theme loads both at once; this delays them until somebody turns to the search.
(() => {
  const { Worker } = window;
  const { open, send } = XMLHttpRequest.prototype;
  const searchIsWanted = new Promise((resolve) => {
    // The address has a query or a word to mark.
    if (/[?&][hq]=/.test(location.search)) resolve();
    for (const event of ["focusin", "pointerover", "change"]) {
      document.addEventListener(event, ({ target }) => {
        if (target.closest?.(".md-search, [for=__search], #__search")) resolve();
      });
    }
  });

  window.Worker = function (url) {
    const { port1, port2 } = new MessageChannel();
    searchIsWanted.then(() => {
      const worker = new Worker(url);
      port2.onmessage = ({ data }) => worker.postMessage(data);
      worker.onmessage = ({ data }) => port2.postMessage(data);
    });
    port1.start();
    return port1;
  };

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.waits = String(url).endsWith("/search/search_index.json");
    open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.waits) searchIsWanted.then(() => send.call(this, body));
    else send.call(this, body);
  };
})();
