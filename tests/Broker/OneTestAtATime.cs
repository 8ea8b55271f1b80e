// Two cores: clients, broker and processes of one test are enough at a time, and the watchdogs mean it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
