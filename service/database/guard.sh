# Removes what is left of a database when its keeper (keeper.mjs) ends. The keeper holds the other end of stdin, so stdin
# ends with the keeper, also after SIGKILL. The arguments are the folders to remove.
#
# stdin: the process id of each program that the keeper starts, and an empty line when it has ended.
# A shell, because it is there wherever PostgreSQL runs, takes 1 MB, and waits without using a processor.

# The guard outlives everything else: it ends with its stdin.
trap '' INT TERM HUP

program=
while read -r line; do program=$line; done

runs() { [ -n "$program" ] && kill -0 "$program" 2>/dev/null; }

# Fast shutdown, then immediate shutdown, then no more waiting. A program without a parent that collects its exit
# code still seems to run, so each wait has an end.
for signal in INT QUIT KILL; do
  runs || break
  kill -"$signal" "$program" 2>/dev/null
  tenths=0
  while runs && [ "$tenths" -lt 30 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
done

# A server that was killed leaves its lock file, and the segment of shared memory that the file names, which would stay
# until the machine restarts.
for folder; do
  segment=$(sed -n 7p "$folder/data/postmaster.pid" 2>/dev/null | tr -s ' ' | cut -d ' ' -f 3)
  [ -z "$segment" ] || ipcrm -m "$segment" 2>/dev/null
done

# Processes of the server may still write their last words.
tries=0
until rm -rf -- "$@" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 20 ] || break
  sleep 0.1
done
