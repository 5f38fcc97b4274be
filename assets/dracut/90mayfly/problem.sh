#!/bin/sh
# How the boot module speaks: progress, numbered problems with cause and remedy, and the rescue shell, on every console there is.

consoles() {
    for name in $(cat /sys/class/tty/console/active 2>/dev/null); do
        [ "$name" = tty0 ] && name=tty1
        [ -c "/dev/$name" ] && echo "/dev/$name"
    done
}

say() {
    for console in $(consoles); do
        printf '%s\n' "$*" >"$console" 2>/dev/null
    done
}

# Progress that overwrites its own line.
say_again() {
    for console in $(consoles); do
        printf '\r%s   ' "$*" >"$console" 2>/dev/null
    done
}

# problem CODE CAUSE REMEDY: keeps it and fails, so that a caller can say `|| return 1` and another place can still be tried.
problem() {
    problem_code=$1 problem_cause=$2 problem_remedy=$3
    return 1
}

show_problem() {
    say ''
    say "Mayfly cannot boot."
    say "$problem_code  $problem_cause"
    say "       Remedy: $problem_remedy"
    say ''
    say "This is a rescue shell. Details: dmesg, /run/mayfly/. Try again: reboot -f"
}

rescue_on() {
    while :; do
        setsid -c /bin/sh -c 'PS1="mayfly-rescue# " exec /bin/sh -i' <"$1" >"$1" 2>&1
        printf '\n%s  %s\n       Remedy: %s\n' "$problem_code" "$problem_cause" "$problem_remedy" >"$1"
        sleep 1
    done
}

# Never returns, never reboots by itself.
rescue() {
    # The kernel keeps quiet, or it writes over the message.
    dmesg -n 1 2>/dev/null
    show_problem
    first=
    for console in $(consoles); do
        if [ -z "$first" ]; then
            first=$console
        else
            rescue_on "$console" &
        fi
    done
    rescue_on "${first:-/dev/console}"
}
