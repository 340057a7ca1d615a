function start(js, wasm, chunks) {
  const root = document.documentElement;
  const say = (state) => root.dataset.start === 'broken' || (root.dataset.start = state);
  const isRunning = () => 'hydrated' in root.dataset;
  const broke = (error) => {
    if (error?.name === 'RuntimeError') say(isRunning() ? 'stopped' : 'broken'); // a panic
    else if (!isRunning()) say('failed');
  };
  if (!globalThis.WebAssembly) return say('unsupported');
  addEventListener('error', (event) => broke(event.error));
  addEventListener('unhandledrejection', (event) => broke(event.reason));
  addEventListener('load', () => setTimeout(() => isRunning() || say('failed'), 15_000));
  setTimeout(() => root.dataset.start || say('loading'), 2_000);

  const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 2_000));
  const fetchAhead = async () => {
    for (const chunk of chunks) await (await fetch(chunk, { priority: 'low' })).arrayBuffer();
  };
  import(js)
    .then((application) => application.default({ module_or_path: wasm }).then(() => application.hydrate()))
    .then(() => whenIdle(() => fetchAhead().catch(() => {})));
}
