// The words that somebody meets for the first time on a screen, each explained in one sentence; the help shows those that its screen shows.

type Entry = {
  readonly word: string;
  readonly means: string;
  /** How the word appears on a screen. */
  readonly seen: RegExp;
};

const entry = (word: string, seen: RegExp, means: string): Entry => ({ word, means, seen });

/** In the order of the alphabet, as they are looked up. */
export const glossary: readonly Entry[] = [
  entry(
    'arbiter',
    /\barbiters?\b/i,
    'a third member that keeps the names of files only: it says which of two copies is right',
  ),
  entry('bond', /\bbonds?\b/i, 'several ports that work as one, for speed or for when a cable fails'),
  entry('brick', /\bbricks?\b/i, 'a directory on a disk of one node in which GlusterFS keeps its share of the data'),
  entry('carrier', /\bcarrier\b/, 'something answers at the other end of the cable; without it no address helps'),
  entry(
    'config package',
    /\bconfig packages?\b/i,
    'a script, archive or container of yours that runs after everything else',
  ),
  entry('config partition', /\bconfig partition/i, 'a small disk or partition labelled MAYFLY that keeps the profile'),
  entry('DHCP', /\bDHCP\b/, 'addresses, gateway and DNS servers come from a server on the network'),
  entry(
    'disperse',
    /\bdispersed?\b/i,
    'pieces of a file with redundancy over several bricks, as RAID 6 does it with disks',
  ),
  entry('DNS', /\bDNS\b/, 'turns names into addresses; search domains are tried behind a short name'),
  entry(
    'failure domain',
    /\bfailure domain\b/i,
    'what may fail as one, a node for instance: no two copies are put into the same',
  ),
  entry('gateway', /\bgateway\b|\bvia \S+/i, 'the router by which everything outside of the own network is reached'),
  entry('guard', /\bguard\b/i, 'keeps the root full before its memory is: cleans, holds space back, raises the limit'),
  entry(
    'heal',
    /\bheal(?:s|ed|ing)?\b/i,
    'bringing a copy that missed writes up to date again; until then another one serves',
  ),
  entry('image', /\bimage\b/i, 'kernel and root filesystem that every boot starts from, always the same'),
  entry('incompressible', /\bincompressible\b/, 'pages that do not get smaller: they cost as much RAM as they hold'),
  entry('inode', /\binodes?\b/, 'one for each file; a filesystem without free ones is full, whatever its blocks say'),
  entry('LNet', /\bLNet\b/, 'the network layer of Lustre: its networks are named tcp or o2ib, with a number'),
  entry(
    'MAC',
    /\bMAC\b|\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/,
    'the number that a port was made with, as on its label and in the switch',
  ),
  entry('maintenance', /\bmaintenance\b/i, 'no profile is in force: no disk is touched and no cluster service starts'),
  entry('management host', /\bmanagement host\b/, 'the server by which the parts of BeeGFS find each other'),
  entry(
    'MDS, metadata',
    /\bMDS\b|\bmetadata\b/,
    'the part of a cluster filesystem that knows names, owners and places of files',
  ),
  entry('MDT', /\bMDTs?\b/, 'the disk of a Lustre server that keeps names, owners and places of files'),
  entry(
    'memory limit',
    /\bmemory limit\b|\bheadroom\b/i,
    'mem_limit: the most RAM that the zram root may take; beyond it writes fail',
  ),
  entry('mgmtd', /\bmgmtd\b/, 'the daemon by which the parts of BeeGFS find each other; there is one'),
  entry('MGS', /\bMGS\b/, 'the server by which the parts of a Lustre filesystem find each other'),
  entry(
    'min_size',
    /\bmin_size\b|\bleast copies\b/i,
    'so many copies must be there before Ceph accepts a write; with fewer it waits',
  ),
  entry('monitor', /\bmonitors?\b/i, 'the Ceph daemon that knows who belongs to the cluster and what works'),
  entry(
    'MTU',
    /\bMTU\b/,
    'the largest packet that a port sends; the same on both ends and on the switch, else it hangs',
  ),
  entry('NID', /\bNIDs?\b/, 'how LNet names a machine: its address, @ and the network, e.g. 10.40.0.5@tcp'),
  entry(
    'NTP',
    /\bNTP\b|\bsynchronised\b/,
    'keeps the clock right; clusters fail when the clocks of their nodes differ',
  ),
  entry('OSD', /\bOSDs?\b/, 'the Ceph daemon that keeps data on one disk'),
  entry('OST', /\bOSTs?\b/, 'the disk of a Lustre server that keeps contents of files'),
  entry('peer', /\bpeers?\b/i, 'another node of the same cluster'),
  entry('pressure', /\bpressure\b/, 'the share of the last 10 s in which something waited for memory'),
  entry('profile', /\bprofile\b/i, 'the document that says what this node shall be; it is applied after every boot'),
  entry('provisional', /\bprovisional\b/i, 'live, but taken back after 90 s unless somebody keeps it and it works'),
  entry('quorum', /\bquorum\b/, 'more than half of the monitors: only together do they decide'),
  entry('ratio', /\bratio\b/, 'what was written in relation to the RAM that it takes'),
  entry('REHEARSAL', /\bREHEARSAL\b/, 'this console reads the machine and changes nothing'),
  entry('replica', /\breplicas?\b/i, 'a copy of the same data on another node'),
  entry('serial number', /\bserial number\b/i, 'of the machine, as on its label and in the management controller'),
  entry(
    'split brain',
    /\bsplit[- ]brain\b/i,
    'two copies were changed apart from each other, and nobody can say which is right',
  ),
  entry(
    'squashfs, overlay',
    /\bsquashfs\b|\boverlay\b/,
    'a packed image that is only read, and over it what was written since boot; both in RAM',
  ),
  entry('SSH key', /\bSSH\b/, 'the public half is put here, the private half stays with its owner and opens the node'),
  entry('STALE', /\bSTALE\b/, 'an old reading: nobody could read it again since'),
  entry('VLAN', /\bVLANs?\b/, 'a network of its own on the same cable, told apart by a number'),
  entry('zram', /\bzram/i, 'a disk that is kept compressed in RAM; its contents are gone with the power'),
  entry('zstd, lz4', /\bzstd\b|\blz4\b/, 'compressors: zstd makes it smaller, lz4 is faster'),
];

/** Those that occur in a text. */
export const wordsIn = (text: string): readonly Entry[] => glossary.filter(({ seen }) => seen.test(text));
