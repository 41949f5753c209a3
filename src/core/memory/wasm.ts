/** What we use of WebAssembly: Node has it, but its types come with those of a browser only. */
export interface WasmMemory {
  /** a new object whenever the memory has grown; earlier ones stay valid for the bytes they show */
  readonly buffer: SharedArrayBuffer;
  /** @returns pages of 64 KiB before */
  grow(pages: number): number;
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export const { Memory, Module, Instance } = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new (limits: { initial: number; maximum: number; shared: true }) => WasmMemory;
      Module: new (bytes: Uint8Array) => WasmModule;
      Instance: new (
        module: WasmModule,
        imports: Record<string, Record<string, unknown>>,
      ) => { readonly exports: Record<string, unknown> };
    };
  }
).WebAssembly;
