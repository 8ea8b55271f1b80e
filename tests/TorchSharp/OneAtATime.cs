// Tests count live tensors and set the threads of the process, so they run one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
