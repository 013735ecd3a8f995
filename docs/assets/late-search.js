// The search's worker and its index are the heaviest files of the site, and most visits never
// search. The theme asks for both at once; here they wait until someone turns to the search.
(() => {
  const { Worker } = window;
  const { open, send } = XMLHttpRequest.prototype;
  const turned = new Promise((resolve) => {
    // A query or a word to mark stands in the address: someone has.
    if (/[?&][hq]=/.test(location.search)) resolve();
    for (const event of ["focusin", "pointerover", "change"]) {
      document.addEventListener(event, ({ target }) => {
        if (target.closest?.(".md-search, [for=__search], #__search")) resolve();
      });
    }
  });

  window.Worker = function (url) {
    const { port1, port2 } = new MessageChannel();
    turned.then(() => {
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
    if (this.waits) turned.then(() => send.call(this, body));
    else send.call(this, body);
  };
})();
