// Log forwarding as text: an rsyslog configuration that reads the journal and sends it on, and the unit that runs it. Nothing is written to disk.
import type { Profile } from './profile.ts';

type Forward = NonNullable<NonNullable<Profile['logs']>['forward']>[number];

const header = '# Written by mayfly from the node profile; edits are lost at the next apply.\n';

export const logPaths = {
  conf: '/run/mayfly-logs.conf',
  unit: '/run/systemd/system/mayfly-logs.service',
  /** Of the receiver at this place of the list; a file only where its profile brings a certificate. */
  certificate: (index: number) => `/run/mayfly-logs-ca-${index}.pem`,
  /** How far the journal has been read: in RAM like the journal itself, made and removed by the unit. */
  state: '/run/mayfly-logs',
} as const;

export const logUnit = 'mayfly-logs.service';
const systemCertificates = '/etc/ssl/certs/ca-certificates.crt';

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;

/** Each receiver has a queue in memory of its own: one that is silent holds up no other, and nobody who logs. */
const renderForward = ({ host, port, protocol, ca }: Forward, index: number): string => {
  const parameters: [string, string][] = [
    ['type', 'omfwd'],
    ['name', `forward-${index}`],
    ['target', host],
    ['port', String(port)],
    ['protocol', protocol === 'udp' ? 'udp' : 'tcp'],
    ['template', 'RSYSLOG_SyslogProtocol23Format'],
    ['queue.type', 'LinkedList'],
    ['queue.size', '20000'],
    ['queue.timeoutEnqueue', '0'],
    ['queue.timeoutShutdown', '2000'],
    ['action.resumeRetryCount', '-1'],
    ['action.resumeInterval', '5'],
    ['action.resumeIntervalMax', '60'],
  ];
  // RFC 6587: a message of several lines stays one.
  if (protocol !== 'udp') parameters.push(['TCP_Framing', 'octet-counted'], ['KeepAlive', 'on']);
  // A boot's journal in one go is more than a receiver's socket holds (some 280 messages): a millisecond between two loses none of it.
  if (protocol === 'udp') parameters.push(['UDP.SendDelay', '1000']);
  if (protocol === 'tls')
    parameters.push(
      ['StreamDriver', 'gtls'],
      ['StreamDriverMode', '1'],
      ['StreamDriverAuthMode', 'x509/name'],
      ['StreamDriverPermittedPeers', host],
      ['StreamDriver.CAFile', ca === undefined ? systemCertificates : logPaths.certificate(index)],
    );
  return `action(${parameters.map(([key, value]) => `${key}=${quoted(value)}`).join('\n       ')})\n`;
};

export const renderLogConf = (forwards: readonly Forward[]): string =>
  [
    header,
    `global(workDirectory=${quoted(logPaths.state)} maxMessageSize="64k")\n`,
    // What was logged before the network was there goes out, too; what was sent is not sent again after a restart.
    'module(load="imjournal" StateFile="journal" IgnorePreviousMessages="off" PersistStateInterval="100" Ratelimit.Interval="0")\n',
    ...forwards.map(renderForward),
  ].join('');

export const logUnitText = `${header}[Unit]
Description=Send the journal to log servers
Documentation=man:rsyslogd(8)
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart=/usr/sbin/rsyslogd -n -iNONE -f ${logPaths.conf}
RuntimeDirectory=mayfly-logs
RuntimeDirectoryPreserve=restart
Restart=on-failure
RestartSec=5
StandardOutput=null
MemoryMax=128M
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
`;
