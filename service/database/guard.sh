# Stops the server and removes the folders of a database when its keeper (keeper.mjs) ends. The keeper holds the other
# end of stdin, so stdin ends with the keeper, also after SIGKILL. The arguments are the folders to remove.
#
# stdin: the process id of each program that the keeper starts, and an empty line when it has ended.
# It is a shell script, because every system with PostgreSQL has a shell, which needs 1 MB and no CPU while it waits.

# The guard ignores signals and ends with its stdin.
trap '' INT TERM HUP

program=
while read -r line; do program=$line; done

runs() { [ -n "$program" ] && kill -0 "$program" 2>/dev/null; }

# Fast shutdown, then immediate shutdown, then SIGKILL. Each wait has a limit, because a program without a parent that
# collects its exit code still seems to run.
for signal in INT QUIT KILL; do
  runs || break
  kill -"$signal" "$program" 2>/dev/null
  tenths=0
  while runs && [ "$tenths" -lt 30 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
done

# A killed server leaves its lock file and a segment of shared memory, which would stay until the machine restarts. The
# lock file names the segment.
for folder; do
  segment=$(sed -n 7p "$folder/data/postmaster.pid" 2>/dev/null | tr -s ' ' | cut -d ' ' -f 3)
  [ -z "$segment" ] || ipcrm -m "$segment" 2>/dev/null
done

# Processes of the server may still write to the folder.
tries=0
until rm -rf -- "$@" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 20 ] || break
  sleep 0.1
done
