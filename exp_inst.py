from tests.benchmarks.solver.rural import rural
from tests.benchmarks.solver.published import read_rural
from pathlib import Path
def inst(name):
    if name.startswith('rural'): return read_rural(Path('/work/shared/data/vrp')/f'{name}.npz')
    s,seed=name[3:].split('-'); return rural(int(s),int(seed))
