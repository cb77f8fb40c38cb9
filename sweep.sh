# usage: sweep.sh budgets seeds cfg...
I=${I:-own200-1,own200-2,own200-3,own200-4,own200-5,own200-6}; B=$1; S=$2; shift 2
for c in "$@"; do CFG=$c .venv/bin/python exp.py $I $B $S > /tmp/sw.$$ ; python3 - "$c" /tmp/sw.$$ <<'P'
import re,sys
tot={}
for l in open(sys.argv[2]):
    for b,c in re.findall(r'(\S+)s: (\d+) \[',l): tot.setdefault(b,[]).append(int(c))
print(sys.argv[1],{b:(round(sum(v)/len(v)),v) for b,v in tot.items()},flush=True)
P
done
