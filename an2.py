import sys
from exp_inst import inst
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.layout import Habits
import numpy as np, time
names=sys.argv[1].split(','); N=int(sys.argv[2]); S=int(sys.argv[3])
PS=[build(inst(n).problem()) for n in names]
for cfg in sys.argv[4:]:
    h=Habits(**eval(cfg)); m=[]; t=time.process_time()
    for I in PS:
        xs=[]
        for seed in range(S):
            c=Chain(I,seed); hot=2000.;cold=30.;K=20
            for k in range(K):
                a=hot*(cold/hot)**(k/K); b=hot*(cold/hot)**((k+1)/K)
                c.run(N//K,hot=a,cold=b,habits=h)
            xs.append(c.best_cost)
        m.append(np.mean(xs))
    print(cfg,round(np.mean(m)),[round(x) for x in m],'cpu',round(time.process_time()-t),flush=True)
