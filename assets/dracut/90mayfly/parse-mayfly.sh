#!/bin/sh
# Claims the root: dracut refuses to start without root=, and there is no other root than the one made here.
# shellcheck disable=SC2034
root=mayfly
rootok=1
