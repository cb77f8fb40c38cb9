import sys, subprocess, tempfile, json, pathlib
sys.path.insert(0,'.')
from exp_inst import inst
from tests.benchmarks.solver.audit import audited
name,budget,seed=sys.argv[1:4]
i=inst(name)
p=pathlib.Path(tempfile.mkdtemp())/'i.npz'
i.save(p) if hasattr(i,'save') else i.save_file(p)
out=subprocess.run(['/tmp/k_peer/bin/python','-m','tests.benchmarks.solver.contenders.pyvrp_peer',str(p),seed,budget],capture_output=True,text=True)
if out.returncode: print(out.stderr[-800:]); sys.exit(1)
a=json.loads(out.stdout.splitlines()[-1])
print(name,'pyvrp',[(pl['budget_s'],audited(i,i.problem(),tuple(tuple(r) for r in pl['routes'])).cost) for pl in a['plans']],flush=True)
