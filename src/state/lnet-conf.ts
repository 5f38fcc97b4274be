// LNet's configuration: /etc/lnet.conf as `lnetctl import` reads it, and the legacy way that must not speak at the same time.

export const lnetPath = '/etc/lnet.conf';

export type LnetNetwork = { readonly net: string; readonly interfaces: readonly string[] };

/** Form: lustre/conf/lnet.conf of 2.17. */
export const renderLnetConf = (networks: readonly LnetNetwork[]): string =>
  [
    '# Written by mayfly from cluster.networks: change that, not this.',
    'net:',
    ...networks.flatMap(({ net, interfaces }) => [
      `    - net type: ${net}`,
      '      local NI(s):',
      ...interfaces.flatMap((name) => ['        - interfaces:', `              0: ${name}`]),
    ]),
    '',
  ].join('\n');

/** The first setting of networks by module option (modprobe.d(5)): LNet takes it before lnet.conf is read, and both together give neither. */
export const legacyOption = (modprobe: string): string | undefined =>
  modprobe
    .split('\n')
    .map((line) => line.trim())
    .find((line) => /^options\s+lnet\s.*\b(networks|ip2nets|routes)=/.test(line));
