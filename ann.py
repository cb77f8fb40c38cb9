import sys
from exp_inst import inst
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.layout import Habits
import numpy as np
p=inst(sys.argv[1]).problem(); I=build(p)
cfg=eval(sys.argv[2]) if len(sys.argv)>2 else {}
N=int(sys.argv[3]) if len(sys.argv)>3 else 100000
h=Habits(**cfg)
for seed in range(int(sys.argv[4]) if len(sys.argv)>4 else 4):
    c=Chain(I,seed); hot=3000.;cold=30.;K=20
    out=[]
    for k in range(K):
        a=hot*(cold/hot)**(k/K); b=hot*(cold/hot)**((k+1)/K)
        c.run(N//K,hot=a,cold=b,habits=h); out.append(f'{b:.0f}:{c.cost//100}')
    print(seed,c.best_cost,' '.join(out),flush=True)
