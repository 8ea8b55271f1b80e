// Tests that use tensors share the tensor library's threads and its count of live tensors: side by side they would slow
// each other manyfold and see each other's tensors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
