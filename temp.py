import sys
from exp_inst import inst
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.layout import Habits
import numpy as np
p=inst(sys.argv[1]).problem(); I=build(p)
h=Habits(**eval(sys.argv[2]) if len(sys.argv)>2 else {})
c=Chain(I,3); print('mean_leg',c.mean_leg)
for T in (3200,1600,800,400,200,100,50,25):
    xs=[];acc=0;prev=None
    for k in range(100):
        c.run(100,hot=T,cold=T,habits=h)
    for k in range(300):
        c.run(10,hot=T,cold=T,habits=h); xs.append(c.cost); acc+=c.cost!=prev; prev=c.cost
    print(T,'mean',round(np.mean(xs)),'min',min(xs),'std',round(np.std(xs)),'changed of 300',acc,'best',c.best_cost,flush=True)
