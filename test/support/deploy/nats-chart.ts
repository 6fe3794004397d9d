// The configuration that the NATS chart (1.x) makes of its values, as far as deploy/kubernetes/nats-values.yaml uses it: its
// documented rules (sorted keys; `<< >>` unquoted; keys that end in $include become includes) on its defaults.
export interface ChartConfig {
  readonly jetstream: {
    readonly fileStore: { readonly pvc: { readonly size: string } };
    readonly merge: Readonly<Record<string, unknown>>;
  };
  readonly nats: {
    readonly tls: { readonly secretName: string; readonly cert: string; readonly key: string };
  };
  readonly monitor: { readonly port: number };
  readonly merge: Readonly<Record<string, unknown>>;
}

export interface ChartPlaces {
  readonly port: number;
  readonly store: string;
  /** Where the secret of the certificate is mounted. */
  readonly certificates: string;
}

/** The text of nats.conf; `places` are those of a test. */
export function renderNatsConf(config: ChartConfig, places: ChartPlaces): string {
  const { cert, key } = config.nats.tls;
  return render({
    server_name: 'nats-0',
    port: places.port,
    http_port: config.monitor.port,
    jetstream: {
      store_dir: places.store,
      max_memory_store: 0,
      max_file_store: `<< ${config.jetstream.fileStore.pvc.size} >>`,
      ...config.jetstream.merge,
    },
    tls: { cert_file: `${places.certificates}/${cert}`, key_file: `${places.certificates}/${key}` },
    ...config.merge,
  });
}

function render(value: unknown): string {
  if (typeof value === 'string') {
    const [, bare] = /^<<(.*)>>$/.exec(value) ?? [];
    return bare?.trim() ?? JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, inner]) =>
      key.endsWith('$include') ? `include ${String(inner)};` : `${JSON.stringify(key)}: ${render(inner)}`,
    );
  return `{\n${lines.join('\n')}\n}`;
}
