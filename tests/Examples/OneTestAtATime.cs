// Each test starts processes that compute; side by side they would take each other's cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
