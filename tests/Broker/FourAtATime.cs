// Most tests wait for librdkafka's timers most of the time, so that four at a time are not too many for two cores.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
