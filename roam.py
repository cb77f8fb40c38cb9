import sys,time
from exp_inst import inst
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.layout import Habits
p=inst(sys.argv[1]).problem(); I=build(p)
cfg=eval(sys.argv[2]); N,M,removed,micro,ih,ic,oh,oc,budget=eval(sys.argv[3])
h=Habits(**cfg)
c=Chain(I,3);c.run(10,hot=1.,cold=1.,habits=h);c.roam(1,1,outer=(1.,1.),inner=(1.,1.),removed=3.,habits=h)
for seed in range(int(sys.argv[4])):
    c=Chain(I,seed); hot=3000.;cold=30.; t=time.process_time()
    c.run(N,hot=hot,cold=cold,habits=h); a=c.best_cost; t1=time.process_time()-t
    out=[];K=0
    while time.process_time()-t<budget:
        sh=min(1,(time.process_time()-t-t1)/(budget-t1)); T=oh*(oc/oh)**sh
        c.roam(M,micro,outer=(T,T),inner=(ih,ic),removed=removed,habits=h); K+=M
        if not out or c.best_cost!=out[-1][1]: out.append((round(time.process_time()-t,1),c.best_cost))
    print(sys.argv[1],seed,'anneal',round(t1,1),a,'leaps',K,c.best_cost,[o for o in out[::max(1,len(out)//6)]],flush=True)
