// Runs before all else. A page that is not isolated has shared memory only below WebAssembly: it can't be sent to workers, but
// serves one thread as any memory does.
globalThis.SharedArrayBuffer ??= new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer
  .constructor as SharedArrayBufferConstructor;
