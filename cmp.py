import sys, subprocess, tempfile, json, pathlib, pickle
from exp_inst import inst
name=sys.argv[1]
i=inst(name); p=pathlib.Path(tempfile.mkdtemp())/'i.npz'; i.save(p)
out=subprocess.run(['/tmp/k_peer/bin/python','-m','tests.benchmarks.solver.contenders.pyvrp_peer',str(p),'1','40'],capture_output=True,text=True)
a=json.loads(out.stdout.splitlines()[-1]); pv=tuple(tuple(r) for r in a['plans'][-1]['routes'])
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.layout import Habits
from routing.schedule import sequences_cost, schedule
P=i.problem(); I=build(P)
print('pyvrp',sequences_cost(P,pv))
c=Chain(I,1,pv); print('loaded',c.best_cost)
h=Habits(away=0.7); c.run(20000,hot=30,cold=10,habits=h); print('after cold',c.best_cost)
c=Chain(I,2,pv); c.run(20000,hot=200,cold=10,habits=h); print('after 200',c.best_cost, c.cost)
o=Chain(I,0); o.run(60000,hot=3000,cold=30,habits=h); ours=o.best; print('ours',sequences_cost(P,ours))
pickle.dump((pv,ours),open(f'/tmp/cmp_{name}.pkl','wb'))
import numpy as np
# villages: cluster by rounding durations -> use generator
rng=np.random.default_rng([200,int(name.split('-')[1])]); centres=rng.uniform(0,60,(30,2)); inh=rng.pareto(1.5,30)+0.3; homes=rng.choice(30,200,p=inh/inh.sum())
for lab,s in (('pyvrp',pv),('ours',ours)):
    sch=schedule(P,s)
    for v,r in enumerate(s):
        car=P.vehicles[v]
        print(lab,v,'depot',i.vehicle_start[v],'shift',i.shift_s[v].tolist(),'sk',int(i.allowed[v].all()),'n',len(r),'prize',int(sum(i.penalty_s[list(r)])),'villages',' '.join(str(homes[x]) for x in r))
    for r in sch: print('   travel',getattr(r,'travel_s',None),'wait',getattr(r,'waiting_s',None))
