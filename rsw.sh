C='{"away":0.7,"skip":0.3,"squeezed":0.3}'
for p in "$@"; do for i in own200-1 own200-4; do timeout 300 .venv/bin/python roam.py $i "$C" "$p" 3; done > /tmp/rsw.$$ ; python3 - "$p" /tmp/rsw.$$ <<'P'
import re,sys
d={}
for l in open(sys.argv[2]):
    m=re.match(r'(\S+) \d+ anneal \S+ \d+ leaps (\d+) (\d+)',l); d.setdefault(m[1],[]).append(int(m[3]))
print(sys.argv[1],round(sum(sum(v)/len(v) for v in d.values())/len(d)),d,flush=True)
P
done
