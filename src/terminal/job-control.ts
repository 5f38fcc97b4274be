// SIGTSTP and SIGCONT: a stopped console must not leave the operator's shell raw, a continued one must not trust the screen.

export type JobControl = {
  /** Gives the terminal back as it was; the line has taken it when this resolves. */
  readonly leave: () => Promise<void>;
  /** Takes the terminal again and draws everything. */
  readonly enter: () => void;
  /** False where no shell could ever continue us, as under systemd: a stopped console would be a dead line. */
  readonly canBeContinued: () => boolean;
};

/** Answers how to stop watching. Ctrl-Z itself is only a key: the line is raw. */
export const followJobControl = ({ leave, enter, canBeContinued }: JobControl): (() => void) => {
  let stopping = false;
  let awake: NodeJS.Timeout | undefined;
  const stop = () => {
    if (stopping || !canBeContinued()) return;
    stopping = true;
    // Nothing is read while we are away; without a timer Node would find nothing left to do and end when it goes on.
    awake = setInterval(() => {}, 60_000);
    void leave().then(() => process.kill(process.pid, 'SIGSTOP'));
  };
  const goOn = () => {
    stopping = false;
    clearInterval(awake);
    enter();
  };
  process.on('SIGTSTP', stop);
  process.on('SIGCONT', goOn);
  return () => {
    clearInterval(awake);
    process.off('SIGTSTP', stop);
    process.off('SIGCONT', goOn);
  };
};
