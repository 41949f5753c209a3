"""A saturated line of stages with one slot between each two, in SimPy: services of 1 ms, blocking after service.

Prints service completions per second of wall time.
"""
import sys
import time

import simpy


def stage(env, source, sink, count):
    for _ in range(count):
        if source is not None:
            yield source.get()
        yield env.timeout(1)
        if sink is not None:
            yield sink.put(1)


def main():
    stages, microbatches = int(sys.argv[1]), int(sys.argv[2])
    env = simpy.Environment()
    stores = [simpy.Store(env, capacity=1) for _ in range(stages - 1)]
    for i in range(stages):
        source = stores[i - 1] if i > 0 else None
        sink = stores[i] if i + 1 < stages else None
        env.process(stage(env, source, sink, microbatches))
    start = time.perf_counter()
    env.run()
    print(stages * microbatches / (time.perf_counter() - start))


main()
