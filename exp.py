import json, os, sys, time
time.monotonic = time.perf_counter = time.process_time
from routing.engine import Budget
import routing.engines.hybrid.rounds as R
import routing.engines.hybrid.chain as C
from routing.engines.hybrid.layout import Habits
from routing.engines.warm_up import warm_up
from routing.engines.registry import make_engine
from tests.benchmarks.solver.rural import rural
from tests.benchmarks.solver.published import read_rural
import dataclasses
def inst(name):
    if name.startswith('rural'):
        from pathlib import Path
        return read_rural(Path('/work/shared/data/vrp')/f'{name}.npz')
    s,seed=name[3:].split('-'); return rural(int(s),int(seed))
import routing.engines.hybrid.choosing as CH
_rel=CH.relax
def rel(packing,par):
    r=_rel(packing,par)
    if os.environ.get('V'): print('      lp', None if r is None else round(r.value), 'routes',len(packing.routes))
    return r
CH.relax=rel
_chs=CH.choose
def chs(part,hint,par):
    t=time.process_time(); r=_chs(part,hint,par)
    if os.environ.get('V'): print('      cpsat routes',len(part.routes),'cpu',round(time.process_time()-t,2), 'none' if r is None else len(r))
    return r
CH.choose=chs
cfg=json.loads(os.environ.get('CFG','{}'))
cfg.pop("x",0)
tun={k:v for k,v in cfg.items() if k in {f.name for f in dataclasses.fields(R.Tuning)}}
hab={k:v for k,v in cfg.items() if k in Habits._fields}
R_T=dataclasses.replace(R.SEARCHING,**tun)
R.Rounds.__init__.__kwdefaults__['tuning']=R_T
H=Habits(**hab)
C.Chain.run.__kwdefaults__['habits']=H
names=sys.argv[1].split(','); budgets=[float(b) for b in sys.argv[2].split(',')]; seeds=int(sys.argv[3]) if len(sys.argv)>3 else 2
eng=make_engine('hybrid')
warm_up(eng)
for n in names:
    p=inst(n).problem()
    row=[]
    for b in budgets:
        cs=[]
        for s in range(seeds):
            last=[]
            t=time.process_time()
            import routing.engines.hybrid.engine as E
            steps=[0]
            orig=R.Rounds._anneal
            def an(self,pace,ob,orig=orig):
                before=self.best_cost
                r=orig(self,pace,ob); steps[0]+=r
                if os.environ.get('V'): print('  round',self._round,'steps',r,'cost',before,'->',self.best_cost,'t',round(pace.elapsed_s(),2),'pool',len(self._pool))
                return r
            R.Rounds._anneal=an
            ch=R.Rounds._choose
            def cho(self,pace,st,rs,ch=ch):
                before=self.best_cost; t0=pace.elapsed_s()
                ch(self,pace,st,rs)
                if os.environ.get('V'): print('    choose',before,'->',self.best_cost,'took',round(pace.elapsed_s()-t0,2))
            R.Rounds._choose=cho
            def prog(x): last.append(x)
            seq=eng.solve(p,budget=Budget(seconds=b),seed=s+11,on_progress=prog,should_stop=lambda:False)
            R.Rounds._anneal=orig; R.Rounds._choose=ch
            from routing.schedule import sequences_cost
            c=sequences_cost(p,seq); cs.append(c.total_s)
            if os.environ.get('V'): print(n,b,s,c, 'served',sum(map(len,seq)),'used',sum(map(bool,seq)),'cpu',round(time.process_time()-t,2))
        row.append((cs,steps[0]))
    print(n, json.dumps(cfg), ' | '.join(f'{b:g}s: {sum(c)/len(c):.0f} {c} steps {st}' for b,(c,st) in zip(budgets,row)),flush=True)
